#pragma once

#include <QObject>

#include "core/protocol/engine_protocol.h"

namespace univi::ui {

class AppSettings;
class ChatPage;
class EngineClient;
class GroupsPanel;

/// Answers what is looked for in the groups panel: asks the model process, and brings the last
/// answer back. GUI thread.
class PhraseSearch : public QObject {
    Q_OBJECT
  public:
    /// All must outlive it.
    PhraseSearch(EngineClient* engine, ChatPage* chat, AppSettings* settings, GroupsPanel* panel);

  private:
    void ask(const QString& source, const QString& phrase, const base::ClipRange& clip);

    EngineClient* engine_;
    ChatPage* chat_;
    AppSettings* settings_;
    GroupsPanel* panel_;
    qint64 asked_ = 0;  ///< the request whose answer is awaited
};

}  // namespace univi::ui
