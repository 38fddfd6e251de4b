#include "app/desktop/phrase_search.h"

#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_model.h"
#include "ui/groups/groups_panel.h"
#include "ui/session/engine_client.h"
#include "ui/settings/app_settings.h"

namespace univi::ui {

PhraseSearch::PhraseSearch(EngineClient* engine, ChatPage* chat, AppSettings* settings,
                           GroupsPanel* panel)
    : QObject(panel), engine_(engine), chat_(chat), settings_(settings), panel_(panel) {
    connect(panel, &GroupsPanel::phraseEntered, this, &PhraseSearch::ask);
    connect(engine, &EngineClient::found, this,
            [this](qint64 id, const protocol::FoundEvent& found) {
                if (id == asked_)
                    panel_->setNearness(found.nearness, static_cast<float>(found.scale));
            });
    connect(engine, &EngineClient::failed, this,
            [this](qint64 id, const QString& kind, const QString& message) {
                if (id == asked_ && kind != QLatin1String("stopped"))
                    panel_->setSearchProblem(message);
            });
}

void PhraseSearch::ask(const QString& source, const QString& phrase, const base::ClipRange& clip) {
    if (asked_ != 0) engine_->stop(asked_);
    asked_ = engine_->find({chat_->model()->id().toStdString(), source.toStdString(),
                            phrase.toStdString(), settings_->generation().max_frames, clip});
}

}  // namespace univi::ui
