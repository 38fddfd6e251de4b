#include "ui/session/engine_client.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <utility>

#include "core/base/log.h"
#include "core/base/resident_memory.h"
#include "ui/session/engine_process.h"

namespace univi::ui {
namespace {

constexpr int kProtocol = 1;

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

QString programBesideThis() {
    return QCoreApplication::applicationDirPath() + QStringLiteral("/univi-engine");
}

}  // namespace

QString fileNameOf(const std::string& path) {
    return QFileInfo(QString::fromStdString(path)).fileName();
}

EngineClient::EngineClient(Options options, QObject* parent)
    : QObject(parent), options_(std::move(options)) {
    if (options_.program.isEmpty()) options_.program = programBesideThis();
    restart_timer_.setSingleShot(true);
    connect(&restart_timer_, &QTimer::timeout, this, &EngineClient::startProcess);
    patience_timer_.setSingleShot(true);
    connect(&patience_timer_, &QTimer::timeout, this, [this] { setHangs(true); });
}

EngineClient::~EngineClient() = default;

qint64 EngineClient::processId() const {
    return process_ ? process_->processId() : 0;
}

std::optional<qint64> EngineClient::memoryInUse() const {
    if (processId() <= 0) return std::nullopt;
    return base::resident_memory(processId());
}

void EngineClient::load(const protocol::LoadRequest& request) {
    failSent(tr("The model was changed before this was finished; ask again."));
    if (state_ == State::Ready) good_ = load_;
    load_ = request;
    quick_deaths_ = 0;
    Q_EMIT modelChanging();
    startProcess();
}

void EngineClient::restart() {
    quick_deaths_ = 0;
    startProcess();
}

qint64 EngineClient::ask(const protocol::AskRequest& request) {
    return enqueue({0, request}, tr("answering a question"));
}

qint64 EngineClient::encode(const protocol::EncodeRequest& request) {
    return enqueue({0, request}, tr("reading %1").arg(fileNameOf(request.medium)));
}

qint64 EngineClient::estimate(const protocol::EstimateRequest& request) {
    return enqueue({0, request}, tr("counting tokens"));
}

void EngineClient::stop(qint64 id) {
    Pending* pending = find(id);
    if (!pending) return;
    if (pending->sent) {
        process_->send({next_id_++, protocol::StopRequest{id}});
        // One that only waits behind another cannot answer yet.
        if (id == pending_.front().request.id) setStopping(id);
        return;
    }
    finish(id);
    QMetaObject::invokeMethod(
        this, [this, id] { Q_EMIT failed(id, QStringLiteral("stopped"), tr("Stopped.")); },
        Qt::QueuedConnection);
}

void EngineClient::breakOff() {
    const qint64 id = stopping_;
    if (id == 0) return;
    finish(id);
    startProcess();
    Q_EMIT failed(id, QStringLiteral("stopped"), tr("Stopped."));
}

void EngineClient::setStopping(qint64 id) {
    if (id == stopping_) return;
    stopping_ = id;
    setHangs(false);
    if (id != 0)
        patience_timer_.start(options_.stop_patience_ms);
    else
        patience_timer_.stop();
}

void EngineClient::setHangs(bool hangs) {
    if (hangs == hangs_) return;
    hangs_ = hangs;
    Q_EMIT hangsChanged(hangs);
}

void EngineClient::forget(const QString& conversation) {
    if (process_ && state_ == State::Ready)
        process_->send({next_id_++, protocol::ForgetRequest{conversation.toStdString()}});
}

qint64 EngineClient::enqueue(protocol::Request request, const QString& doing) {
    request.id = next_id_++;
    pending_.push_back({std::move(request), false, doing});
    const qint64 id = pending_.back().request.id;
    sendWaiting();
    return id;
}

void EngineClient::startProcess() {
    dropProcess();
    process_ = std::make_unique<EngineProcess>(options_.program, options_.arguments);
    connect(process_.get(), &EngineProcess::eventArrived, this, &EngineClient::handle);
    // Queued: the process object is replaced by the slot and must not be inside its
    // own signal then.
    connect(process_.get(), &EngineProcess::ended, this, &EngineClient::handleEnd,
            Qt::QueuedConnection);
    load_id_ = next_id_++;
    setState(State::Loading);
    life_.start();
    process_->start();
    process_->send({load_id_, load_});
}

void EngineClient::dropProcess() {
    restart_timer_.stop();
    if (!process_) return;
    // Deletes itself later, so that a slot of its own signals may call load().
    process_.release()->retire();
    for (Pending& pending : pending_) pending.sent = false;
}

void EngineClient::sendWaiting() {
    if (state_ != State::Ready) return;
    for (Pending& pending : pending_) {
        if (pending.sent) continue;
        pending.sent = true;
        process_->send(pending.request);
    }
}

void EngineClient::handle(const protocol::Event& event) {
    if (const auto* ready = std::get_if<protocol::ReadyEvent>(&event.body)) {
        if (ready->protocol != kProtocol)
            setState(State::NoModel,
                     tr("The model process univi-engine is of another version than this window; "
                        "install both from the same build."));
        return;
    }
    if (event.id != load_id_) return handleRequestEvent(event);
    if (const auto* progress = std::get_if<protocol::LoadProgressEvent>(&event.body))
        Q_EMIT loadProgressed(progress->fraction, QString::fromStdString(progress->what));
    else if (const auto* loaded = std::get_if<protocol::LoadedEvent>(&event.body))
        handleLoaded(*loaded);
    else if (const auto* error = std::get_if<protocol::ErrorEvent>(&event.body))
        handleLoadFailure(QString::fromStdString(error->message));
}

void EngineClient::handleRequestEvent(const protocol::Event& event) {
    const qint64 id = event.id;
    Pending* pending = find(id);
    if (!pending) return;
    const auto on = Overloaded{
        [&](const protocol::MediaProgressEvent& e) {
            pending->doing = tr("reading %1").arg(fileNameOf(e.medium));
            Q_EMIT mediaProgressed(id, e);
        },
        [&](const protocol::GroupsEvent& e) {
            const bool last =
                std::holds_alternative<protocol::EncodeRequest>(pending->request.body) &&
                e.groups.complete;
            if (last) finish(id);
            Q_EMIT groupsArrived(id, e.groups);
            if (last) Q_EMIT encoded(id);
        },
        [&](const protocol::PromptEvent& e) {
            pending->doing = tr("answering a question");
            Q_EMIT promptStarted(id, e);
        },
        [&](const protocol::TokenEvent& e) { Q_EMIT tokenArrived(id, e); },
        [&](const protocol::DoneEvent& e) {
            const bool asked = std::holds_alternative<protocol::AskRequest>(pending->request.body);
            finish(id);
            if (asked)
                Q_EMIT answered(id, e);
            else
                Q_EMIT encoded(id);
        },
        [&](const protocol::EstimateEvent& e) {
            finish(id);
            Q_EMIT estimated(id, e);
        },
        [&](const protocol::ErrorEvent& e) {
            finish(id);
            Q_EMIT failed(id, QString::fromStdString(e.kind), QString::fromStdString(e.message));
        },
        [](const auto&) {},
    };
    std::visit(on, event.body);
}

void EngineClient::handleLoaded(const protocol::LoadedEvent& loaded) {
    model_ = loaded;
    good_.reset();
    setState(State::Ready);
    sendWaiting();
}

void EngineClient::handleLoadFailure(const QString& message) {
    if (!goBack(message)) setState(State::NoModel, message);
}

/// Once: when the model before cannot be loaded either, that is said.
bool EngineClient::goBack(const QString& problem) {
    const std::optional<protocol::LoadRequest> good = std::exchange(good_, std::nullopt);
    if (!options_.goes_back || !good || *good == load_) return false;
    load_ = *good;
    quick_deaths_ = 0;
    startProcess();
    Q_EMIT wentBack(tr("%1 The model used before goes on.").arg(problem));
    return true;
}

void EngineClient::handleEnd(bool failedToStart, const QString& detail) {
    base::log_warning(("the model process is gone: " + detail).toStdString());
    if (failedToStart) {
        setState(State::Dead,
                 tr("The model process %1 could not be started (%2); install the program again.")
                     .arg(QFileInfo(options_.program).fileName(), detail));
        return;
    }
    const bool had_no_model = state_ == State::NoModel;
    if (state_ == State::Loading &&
        goBack(
            tr("The model process ended while loading %1: it may need more memory than there is.")
                .arg(fileNameOf(load_.model))))
        return;
    std::optional<qint64> interrupted;
    const QString doing = takeInterrupted(interrupted);
    const bool quick = life_.elapsed() < options_.quick_death_ms;
    quick_deaths_ = quick ? quick_deaths_ + 1 : 1;
    dropProcess();
    if (had_no_model) return;  // it had nothing to do; the next load() starts it

    const bool gives_up = quick && quick_deaths_ >= options_.max_quick_deaths;
    const QString sentence = gives_up ? tr("The model process ended %1 times in a row, at last "
                                           "while %2; choose another model or start it again.")
                                            .arg(quick_deaths_)
                                            .arg(doing)
                                      : tr("The model process ended unexpectedly while %1; it was "
                                           "started again and the conversation goes on.")
                                            .arg(doing);
    if (gives_up) {
        setState(State::Dead, sentence);
    } else {
        setState(State::Loading);
        restart_timer_.start(options_.restart_delay_ms << std::min(quick_deaths_ - 1, 6));
    }
    if (interrupted) Q_EMIT failed(*interrupted, QStringLiteral("internal"), sentence);
    Q_EMIT died(sentence);
}

/// What the process was doing. Its oldest request is the one it worked on: that one is over, since
/// sending it again might kill the next process too; the others wait for the next process.
QString EngineClient::takeInterrupted(std::optional<qint64>& interrupted) {
    if (state_ == State::Loading)
        return tr("loading the model %1").arg(fileNameOf(load_.model)).trimmed();
    if (pending_.empty() || !pending_.front().sent) return tr("waiting for a question");
    interrupted = pending_.front().request.id;
    const QString doing = pending_.front().doing;
    finish(*interrupted);
    return doing;
}

void EngineClient::setState(State state, const QString& problem) {
    problem_ = problem;
    if (state_ == state && state != State::NoModel) return;
    state_ = state;
    Q_EMIT stateChanged(state);
}

EngineClient::Pending* EngineClient::find(qint64 id) {
    for (Pending& pending : pending_)
        if (pending.request.id == id) return &pending;
    return nullptr;
}

void EngineClient::finish(qint64 id) {
    if (id == stopping_) setStopping(0);
    std::erase_if(pending_, [id](const Pending& pending) { return pending.request.id == id; });
}

void EngineClient::failSent(const QString& sentence) {
    std::vector<qint64> gone;
    for (const Pending& pending : pending_)
        if (pending.sent) gone.push_back(pending.request.id);
    for (qint64 id : gone) {
        finish(id);
        Q_EMIT failed(id, QStringLiteral("internal"), sentence);
    }
}

}  // namespace univi::ui
