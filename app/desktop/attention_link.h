#pragma once

#include <QObject>

namespace univi::ui {

class ChatPage;
class EngineClient;
class GroupsPanel;

/// Ties the words of the chat to the groups of the panel: what a word looked at glows there, the
/// words that looked at a group are marked here, and the layer or head that is chosen there holds
/// for both. GUI thread.
class AttentionLink : public QObject {
    Q_OBJECT
  public:
    /// All must outlive it.
    AttentionLink(EngineClient* engine, ChatPage* chat, GroupsPanel* panel);
};

}  // namespace univi::ui
