#pragma once

#include <QString>
#include <deque>
#include <vector>

#include "core/protocol/engine_protocol.h"

namespace univi::ui {

/// The requests to a model process that are not over, oldest first: the first of those that were
/// sent is the one at work.
class PendingRequests {
  public:
    struct Pending {
        protocol::Request request;
        QString doing;  ///< "reading street.mp4"
        bool sent = false;
    };

    bool isEmpty() const { return pending_.empty(); }
    void add(protocol::Request request, const QString& doing);
    /// nullptr: it is over.
    Pending* find(qint64 id);
    /// The one at work; nullptr: none was sent.
    Pending* atWork();
    /// Those not sent yet count as sent now; they are returned in order.
    std::vector<const protocol::Request*> takeUnsent();
    std::vector<qint64> sentIds() const;
    /// The process is gone: none counts as sent any more.
    void takeBack();
    void remove(qint64 id);

  private:
    std::deque<Pending> pending_;
};

}  // namespace univi::ui
