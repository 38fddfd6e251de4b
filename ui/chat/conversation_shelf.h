#pragma once

#include <QList>
#include <QObject>

#include "ui/chat/conversation_model.h"

namespace univi::ui {

/// The conversations held in memory: the open one, those whose reply is still being made, and the
/// two open before, so that going back costs nothing. What falls off the shelf is forgotten by
/// the engine too.
class ConversationShelf : public QObject {
    Q_OBJECT
  public:
    ConversationShelf(EngineClient* engine, ConversationStore* store,
                      ConversationModel::OptionsSource options, QObject* parent = nullptr);

    ConversationModel* current() const { return models_.isEmpty() ? nullptr : models_.first(); }
    /// A new, empty conversation becomes the current one. One that is still empty is taken again.
    ConversationModel* create();
    /// A new conversation whatever others are still empty.
    ConversationModel* createAnother();
    /// The conversation when it is in memory, made the current one; else null.
    ConversationModel* takeHeld(const QString& id);
    /// A stored conversation that was read becomes the current one.
    ConversationModel* add(Conversation conversation);
    /// The conversation is gone from the store.
    void drop(const QString& id);

  Q_SIGNALS:
    /// One sentence about a conversation, open or not.
    void problem(const QString& conversation, const QString& sentence);
    /// So many questions of a conversation go on waiting: the reply before them was not finished.
    void queueHeld(const QString& conversation, int questions);

  private:
    void makeCurrent(ConversationModel* model);
    void evict();
    void discard(ConversationModel* model);

    EngineClient* engine_;
    ConversationStore* store_;
    ConversationModel::OptionsSource options_;
    QList<ConversationModel*> models_;  ///< latest first
};

}  // namespace univi::ui
