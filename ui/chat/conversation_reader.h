#pragma once

#include <QObject>
#include <QThread>
#include <functional>
#include <optional>

#include "ui/chat/conversation.h"

namespace univi::ui {

class ConversationStore;

/// Reads stored conversations for the window: a long one in a thread of its own, since thousands of
/// turns take longer than a picture on the screen may. GUI thread.
class ConversationReader : public QObject {
    Q_OBJECT
  public:
    using Then = std::function<void(std::optional<Conversation>)>;

    explicit ConversationReader(ConversationStore* store, QObject* parent = nullptr);
    ~ConversationReader() override;

    /// Calls `then` with what is stored of that id, nothing where there is none: at once when it is
    /// short, else when it is read. Another call or forget() before that: it is not called at all.
    void read(const QString& id, const Then& then);
    void forget();

  private:
    void readAside(const QString& id);
    void take(int number, std::optional<Conversation> conversation);

    ConversationStore* store_;
    QThread thread_;
    QObject worker_;         ///< lives in thread_
    int number_ = 0;         ///< of the latest reading
    bool is_stale_ = false;  ///< something was written since it began
    QString id_;
    Then then_;  ///< null: nothing is being read
};

}  // namespace univi::ui
