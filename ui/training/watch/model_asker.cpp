#include "ui/training/watch/model_asker.h"

namespace univi::ui {
namespace {

constexpr int kMostTokens = 128;  ///< of a reply: a look at how it speaks, no essay

}  // namespace

ModelAsker::ModelAsker(EngineClient::Options engine, QObject* parent)
    : QObject(parent), options_(std::move(engine)) {
    options_.max_quick_deaths = 1;  // a checkpoint that kills the engine is not tried again
}

ModelAsker::~ModelAsker() = default;

void ModelAsker::ask(const ModelChoice& model, const QString& conversation_template,
                     const QString& device, const QList<Probe>& questions) {
    cancel();
    questions_ = questions;
    template_ = conversation_template;
    at_ = -1;
    engine_ = std::make_unique<EngineClient>(options_);
    EngineClient* engine = engine_.get();
    connect(engine, &EngineClient::stateChanged, this, &ModelAsker::onState);
    connect(engine, &EngineClient::groupsArrived, this,
            [this](qint64 id, const protocol::TokenGroups& groups) {
                if (id == id_ && groups.complete) groups_ = groups;
            });
    connect(engine, &EngineClient::tokenArrived, this,
            [this](qint64 id, const protocol::TokenEvent& token) {
                if (id == id_) Q_EMIT textArrived(at_, QString::fromStdString(token.text));
            });
    connect(engine, &EngineClient::answered, this,
            [this](qint64 id, const protocol::DoneEvent& done) {
                if (id == id_) take(QString::fromStdString(done.reply), {});
            });
    connect(engine, &EngineClient::failed, this,
            [this](qint64 id, const QString&, const QString& message) {
                if (id == id_) take({}, message);
            });
    protocol::LoadRequest request;
    request.model = model.model.toStdString();
    request.model_base = model.base.toStdString();
    request.vision_tower = model.tower.toStdString();
    request.device = device.toStdString();
    engine->load(request);
}

void ModelAsker::onState(EngineClient::State state) {
    if (state == EngineClient::State::Ready && at_ < 0) next();
    if (state == EngineClient::State::NoModel || state == EngineClient::State::Dead)
        end(engine_->problem());
}

void ModelAsker::next() {
    if (++at_ >= questions_.size()) return end({});
    const Probe& probe = questions_[at_];
    groups_ = {};
    protocol::AskRequest request;
    request.conversation = "probe-" + std::to_string(at_);
    if (!probe.medium.isEmpty()) request.media.push_back(probe.medium.toStdString());
    request.question = probe.question.toStdString();
    request.options.temperature = 0;
    request.options.max_new_tokens = kMostTokens;
    request.options.conv = template_.toStdString();
    id_ = engine_->ask(request);
}

void ModelAsker::take(const QString& reply, const QString& problem) {
    Q_EMIT answered(at_, reply, problem, groups_);
    if (engine_) next();
}

/// The client may be inside its own signal: it goes at the next turn of the event loop.
void ModelAsker::end(const QString& problem) {
    cancel();
    Q_EMIT finished(problem);
}

void ModelAsker::cancel() {
    if (!engine_) return;
    engine_->disconnect(this);
    engine_.release()->deleteLater();
    id_ = 0;
}

}  // namespace univi::ui
