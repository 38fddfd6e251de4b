#include "ui/chat/chat_settings_actions.h"

#include <QWidget>

#include "ui/chat/chat_notices.h"
#include "ui/chat/chat_settings_dialog.h"
#include "ui/chat/prompt_preview_dialog.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

/// The same weights, wherever and in whatever type they are loaded.
bool isSameModel(const protocol::LoadRequest& a, const protocol::LoadRequest& b) {
    return a.model == b.model && a.model_base == b.model_base && a.vision_tower == b.vision_tower;
}

}  // namespace

ChatSettingsActions::ChatSettingsActions(const Parts& parts, QWidget* page)
    : QObject(page), parts_(parts), page_(page) {
    connect(parts_.engine, &EngineClient::stateChanged, this, &ChatSettingsActions::offerModel);
}

void ChatSettingsActions::setConversation(ConversationModel* model) {
    model_ = model;
    offerModel();
}

void ChatSettingsActions::openSettings() {
    const EngineClient& engine = *parts_.engine;
    ChatSettingsDialog::Facts facts{model_->settings(), parts_.defaults(), {}, {}, {}};
    if (engine.state() == EngineClient::State::Ready) {
        for (const std::string& name : engine.model().templates)
            facts.templates << QString::fromStdString(name);
        facts.loaded = engine.loadRequest();
        facts.loaded_name = QString::fromStdString(engine.model().name);
    }
    auto* dialog = new ChatSettingsDialog(facts, page_);
    connect(dialog, &QDialog::accepted, model_.data(), [this, dialog, model = model_] {
        model->setSettings(dialog->settings());
        if (model == model_) offerModel();
    });
    openOnce(dialog);
}

void ChatSettingsActions::openPreview(const QString& question) {
    if (parts_.engine->state() != EngineClient::State::Ready) return;
    openOnce(new PromptPreviewDialog(parts_.engine, model_->requestFor(question), page_));
}

void ChatSettingsActions::offerModel() {
    EngineClient* engine = parts_.engine;
    if (!model_ || !model_->settings().model || engine->state() != EngineClient::State::Ready)
        return;
    const protocol::LoadRequest wanted = *model_->settings().model;
    if (isSameModel(wanted, engine->loadRequest())) return;
    parts_.notices->show(model_->id(), NoticeBar::Kind::Info,
                         tr("This chat goes with the model %1; %2 is loaded.")
                             .arg(modelName(wanted), QString::fromStdString(engine->model().name)),
                         {{tr("Load it"), [engine, wanted] { engine->load(wanted); }}});
}

}  // namespace univi::ui
