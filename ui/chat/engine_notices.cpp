#include "ui/chat/engine_notices.h"

#include "ui/chat/chat_notices.h"
#include "ui/chat/conversation_model.h"
#include "ui/session/engine_client.h"

namespace univi::ui {

EngineNotices::EngineNotices(EngineClient* engine, ChatNotices* notices, QObject* parent)
    : QObject(parent), engine_(engine), notices_(notices) {
    connect(engine_, &EngineClient::stateChanged, this, &EngineNotices::onState);
    connect(engine_, &EngineClient::died, this, &EngineNotices::onDied);
    connect(engine_, &EngineClient::hangsChanged, this, &EngineNotices::onHangs);
    onState();
}

void EngineNotices::setConversation(const ConversationModel* model) {
    model_ = model;
}

void EngineNotices::onState() {
    using State = EngineClient::State;
    const State state = engine_->state();
    if (state == State::NoModel || state == State::Dead) return sayWhatIsMissing();
    const QString note =
        state == State::Ready ? QString::fromStdString(engine_->model().sight_note) : QString();
    if (note.isEmpty())
        notices_->clearEngine();
    else
        notices_->showEngine(NoticeBar::Kind::Info, note);
}

void EngineNotices::sayWhatIsMissing() {
    QList<ChatNotices::Action> actions;
    if (engine_->state() == EngineClient::State::Dead) {
        actions << ChatNotices::Action{tr("Start again"), [this] { engine_->restart(); }};
        notices_->clear(mourning_);  // it was not started again for good
    }
    actions << ChatNotices::Action{tr("Open a model folder…"),
                                   [this] { Q_EMIT openModelRequested(); }};
    if (!engine_->loadRequest().model.empty())
        actions << ChatNotices::Action{tr("Use the demo model"),
                                       [this] { Q_EMIT demoModelRequested(); }};
    notices_->showEngine(NoticeBar::Kind::Error, engine_->problem(), actions);
}

/// A reply that was cut off says it in its own place; otherwise the notice does.
void EngineNotices::onDied(const QString& sentence) {
    if (!model_ || engine_->state() == EngineClient::State::Dead) return;
    if (!model_->isNew() && model_->turns().last().error == sentence) return;
    mourning_ = model_->id();
    notices_->show(mourning_, NoticeBar::Kind::Warning, sentence);
}

void EngineNotices::onHangs(bool hangs) {
    if (!hangs) return notices_->clear(hanging_);
    if (!model_) return;
    hanging_ = model_->id();
    notices_->show(hanging_, NoticeBar::Kind::Warning,
                   tr("The model does not react to the stop; started again (Esc once more) it goes "
                      "on with this conversation, and nothing is lost."),
                   {{tr("Start it again"), [this] { engine_->breakOff(); }}});
}

}  // namespace univi::ui
