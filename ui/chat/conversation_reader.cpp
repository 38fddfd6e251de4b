#include "ui/chat/conversation_reader.h"

#include <utility>

#include "core/base/log.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/history_database.h"

namespace univi::ui {
namespace {

/// Nothing where it cannot be read: the store says so, and mends what it can.
std::optional<Conversation> readFrom(const QString& file, const QString& id) {
    try {
        return HistoryDatabase(file, HistoryConnection::Access::Read).read(id);
    } catch (const HistoryError& error) {
        base::log_warning(error.what());
        return std::nullopt;
    }
}

}  // namespace

ConversationReader::ConversationReader(ConversationStore* store, QObject* parent)
    : QObject(parent), store_(store) {
    worker_.moveToThread(&thread_);
    const auto spoil = [this] { is_stale_ = true; };
    connect(store, &ConversationStore::changed, this, spoil);
    connect(store, &ConversationStore::mediumMoved, this, spoil);
    connect(store, &ConversationStore::reopened, this, spoil);
}

ConversationReader::~ConversationReader() {
    thread_.quit();
    thread_.wait();
}

void ConversationReader::read(const QString& id, const Then& then) {
    forget();
    if (!store_->isLong(id)) return then(store_->read(id));
    id_ = id;
    then_ = then;
    is_stale_ = false;
    readAside(id);
}

void ConversationReader::forget() {
    ++number_;
    then_ = nullptr;
}

void ConversationReader::readAside(const QString& id) {
    if (!thread_.isRunning()) thread_.start();
    // The thread ends before this does.
    QMetaObject::invokeMethod(&worker_, [this, number = number_, file = store_->file(), id] {
        auto conversation = readFrom(file, id);
        QMetaObject::invokeMethod(this,
                                  [this, number, conversation = std::move(conversation)]() mutable {
                                      take(number, std::move(conversation));
                                  });
    });
}

void ConversationReader::take(int number, std::optional<Conversation> conversation) {
    if (number != number_ || !then_) return;
    const Then then = std::exchange(then_, nullptr);
    if (is_stale_ || !conversation) conversation = store_->read(id_);
    then(std::move(conversation));
}

}  // namespace univi::ui
