#include "ui/chat/context_estimator.h"

#include "ui/chat/composer.h"
#include "ui/chat/context_meter.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/past_turns.h"
#include "ui/session/engine_client.h"

namespace univi::ui {
namespace {

constexpr int kAskAfterMs = 250;
constexpr std::size_t kUsualCharactersPerToken = 4;

/// Of what cannot be left out.
std::size_t charactersOf(const protocol::AskRequest& request) {
    std::size_t count = request.question.size();
    if (request.options.when_full != protocol::ContextPolicy::Refuse) return count;
    for (const protocol::PastTurn& turn : request.history)
        count += turn.question.size() + turn.reply.size();
    return count;
}

}  // namespace

ContextEstimator::ContextEstimator(EngineClient* engine, Composer* composer, ContextMeter* meter,
                                   QObject* parent)
    : QObject(parent), engine_(engine), composer_(composer), meter_(meter) {
    timer_.setSingleShot(true);
    timer_.setInterval(kAskAfterMs);
    const auto later = qOverload<>(&QTimer::start);
    connect(&timer_, &QTimer::timeout, this, &ContextEstimator::ask);
    connect(composer_, &Composer::textChanged, &timer_, later);
    connect(engine_, &EngineClient::stateChanged, &timer_, later);
    connect(engine_, &EngineClient::encoded, &timer_, later);
    connect(engine_, &EngineClient::estimated, this,
            [this](qint64 id, const protocol::EstimateEvent& estimate) {
                if (id == asked_) meter_->setEstimate(estimate);
                finish(id);
            });
    connect(engine_, &EngineClient::failed, this, [this](qint64 id) { finish(id); });
}

void ContextEstimator::setModel(ConversationModel* model) {
    if (model_) model_->disconnect(&timer_);
    model_ = model;
    meter_->setEstimate(std::nullopt);
    const auto later = qOverload<>(&QTimer::start);
    connect(model, &ConversationModel::pendingMediaChanged, &timer_, later);
    connect(model, &ConversationModel::groupsReset, &timer_, later);
    connect(model, &ConversationModel::busyChanged, &timer_, later);
    connect(model, &ConversationModel::settingsChanged, &timer_, later);
    timer_.start();
}

void ContextEstimator::ask() {
    const bool ready = engine_->state() == EngineClient::State::Ready;
    const bool something = model_ && (!model_->isNew() || !model_->pendingMedia().isEmpty() ||
                                      !composer_->text().trimmed().isEmpty());
    if (!ready || !something) return meter_->setEstimate(std::nullopt);
    if (model_->isBusy()) return;
    again_ = asked_ != 0;
    if (again_) return;
    const protocol::AskRequest request = model_->requestFor(composer_->text().trimmed());
    const std::size_t characters = charactersOf(request);
    const int context = engine_->model().context;
    if (characters > std::size_t(kMostCharactersPerToken) * std::size_t(std::max(context, 1)))
        return meter_->setEstimate(
            protocol::EstimateEvent{int(characters / kUsualCharactersPerToken), {}, context});
    asked_ = engine_->estimate({request});
}

void ContextEstimator::finish(qint64 id) {
    if (id != asked_ || id == 0) return;
    asked_ = 0;
    if (again_) timer_.start();
    again_ = false;
}

}  // namespace univi::ui
