#pragma once

#include <QObject>

#include "core/protocol/engine_protocol.h"

namespace univi::ui {

class ChatPage;
class EngineClient;
class GroupsPanel;
class WhatIfPane;

/// Answers what the pane of the groups panel asks: sends the last question of the chat to the model
/// process with something changed, and brings the answers back. GUI thread.
class WhatIfAsker : public QObject {
    Q_OBJECT
  public:
    /// All must outlive it.
    WhatIfAsker(EngineClient* engine, ChatPage* chat, GroupsPanel* panel);

  private:
    void ask(protocol::WhatIfRequest request);
    void stop();

    EngineClient* engine_;
    ChatPage* chat_;
    WhatIfPane* pane_;
    qint64 asked_ = 0;  ///< the request at work; 0: none
};

}  // namespace univi::ui
