#include "ui/session/pending_requests.h"

#include <utility>

namespace univi::ui {

void PendingRequests::add(protocol::Request request, const QString& doing) {
    pending_.push_back({std::move(request), doing, false});
}

PendingRequests::Pending* PendingRequests::find(qint64 id) {
    for (Pending& pending : pending_)
        if (pending.request.id == id) return &pending;
    return nullptr;
}

PendingRequests::Pending* PendingRequests::atWork() {
    return pending_.empty() || !pending_.front().sent ? nullptr : &pending_.front();
}

std::vector<const protocol::Request*> PendingRequests::takeUnsent() {
    std::vector<const protocol::Request*> taken;
    for (Pending& pending : pending_)
        if (!std::exchange(pending.sent, true)) taken.push_back(&pending.request);
    return taken;
}

std::vector<qint64> PendingRequests::sentIds() const {
    std::vector<qint64> ids;
    for (const Pending& pending : pending_)
        if (pending.sent) ids.push_back(pending.request.id);
    return ids;
}

void PendingRequests::takeBack() {
    for (Pending& pending : pending_) pending.sent = false;
}

void PendingRequests::remove(qint64 id) {
    std::erase_if(pending_, [id](const Pending& pending) { return pending.request.id == id; });
}

}  // namespace univi::ui
