#include "ui/session/engine_client.h"

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

/// The last event of a request that is at work.
bool isEnd(const protocol::Event& event) {
    if (const auto* groups = std::get_if<protocol::GroupsEvent>(&event.body))
        return groups->groups.complete;
    return std::holds_alternative<protocol::DoneEvent>(event.body) ||
           std::holds_alternative<protocol::ErrorEvent>(event.body) ||
           std::holds_alternative<protocol::EstimateEvent>(event.body) ||
           std::holds_alternative<protocol::PreviewEvent>(event.body) ||
           std::holds_alternative<protocol::FoundEvent>(event.body) ||
           std::holds_alternative<protocol::AttentionEvent>(event.body);
}

/// Says that the process ended `deaths` times in a row while `doing`, and what comes of it.
QString endSentence(bool gives_up, int deaths, const QString& doing) {
    if (gives_up)
        return EngineClient::tr(
                   "The model process ended %1 times in a row, at last while %2; choose another "
                   "model or start it again.")
            .arg(deaths)
            .arg(doing);
    return EngineClient::tr(
               "The model process ended unexpectedly while %1; it was started again and the "
               "conversation goes on.")
        .arg(doing);
}

}  // namespace

QString fileNameOf(const std::string& path) {
    return QFileInfo(QString::fromStdString(path)).fileName();
}

EngineClient::EngineClient(Options options, QObject* parent)
    : QObject(parent),
      options_(std::move(options)),
      stopping_(options_.stop_patience_ms),
      leaving_(options_.stop_patience_ms),
      looking_(options_.check_patience_ms) {
    if (options_.program.isEmpty())
        options_.program = programBeside(QStringLiteral("univi-engine"));
    restart_timer_.setSingleShot(true);
    idle_timer_.setSingleShot(true);
    idle_timer_.setInterval(0);
    connect(&idle_timer_, &QTimer::timeout, this, &EngineClient::rest);
    connect(&restart_timer_, &QTimer::timeout, this, &EngineClient::startProcess);
    connect(&stopping_, &Patience::lostChanged, this, &EngineClient::hangsChanged);
    connect(&leaving_, &Patience::lostChanged, this, [this](bool isLost) {
        if (isLost) startProcess();
    });
    connect(&looking_, &Patience::lostChanged, this, [this](bool isLost) {
        if (isLost) changeTo(*std::exchange(wanted_, std::nullopt));
    });
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
    if (!options_.goes_back || !canTakeAnother()) return changeTo(request);
    endCheck();
    wanted_ = request;
    sendCheck();
    Q_EMIT checkStarted();
}

/// Whether a model is loaded and its process reacts.
bool EngineClient::canTakeAnother() const {
    return process_ && state_ == State::Ready && !hangs() && !looking_.isLost();
}

void EngineClient::sendCheck() {
    protocol::LoadRequest check = *wanted_;
    check.check_only = true;
    looking_.watch(next_id_++);
    process_->send({looking_.id(), check});
}

/// Forgets the model that was chosen and is still being checked.
void EngineClient::endCheck() {
    if (looking_.id() != 0 && process_)
        process_->send({next_id_++, protocol::StopRequest{looking_.id()}});
    looking_.reset();
    wanted_.reset();
}

void EngineClient::changeTo(const protocol::LoadRequest& request) {
    // The same model again is asked for when something is wrong with its process.
    const bool idle_without = process_ && state_ == State::NoModel;
    const bool same_process = (canTakeAnother() || idle_without) && !(request == load_);
    endCheck();
    if (state_ == State::Ready) good_ = load_;
    load_ = request;
    quick_deaths_ = 0;
    setState(State::Loading);  // first, so that nothing more is sent to the model that goes
    if (same_process) stopForAnother();
    failSent(tr("The model was changed before this was finished; ask again."));
    Q_EMIT modelChanging();
    if (same_process)
        sendLoad();
    else
        startProcess();
}

/// Stops what is at work; a request that does not end then costs the process.
void EngineClient::stopForAnother() {
    for (const qint64 id : pending_.sentIds()) {
        process_->send({next_id_++, protocol::StopRequest{id}});
        if (leaving_.id() == 0) leaving_.watch(id);
    }
}

void EngineClient::sendLoad() {
    load_id_ = next_id_++;
    setState(State::Loading);
    life_.start();
    process_->send({load_id_, load_});
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

qint64 EngineClient::preview(const protocol::PreviewRequest& request) {
    return enqueue({0, request}, tr("writing out a prompt"));
}

qint64 EngineClient::whatIf(const protocol::WhatIfRequest& request) {
    return enqueue({0, request}, tr("asking about %1 again").arg(fileNameOf(request.medium)));
}

qint64 EngineClient::find(const protocol::FindRequest& request) {
    return enqueue({0, request}, tr("looking for a phrase in %1").arg(fileNameOf(request.medium)));
}

qint64 EngineClient::lookAgain(const protocol::AttentionRequest& request) {
    return enqueue({0, request}, tr("looking at a reply again"));
}

void EngineClient::stop(qint64 id) {
    const PendingRequests::Pending* pending = pending_.find(id);
    if (!pending) return;
    if (pending->sent) {
        process_->send({next_id_++, protocol::StopRequest{id}});
        // One that only waits behind another cannot answer yet.
        if (pending == pending_.atWork()) stopping_.watch(id);
        return;
    }
    finish(id);
    QMetaObject::invokeMethod(
        this, [this, id] { Q_EMIT failed(id, QStringLiteral("stopped"), tr("Stopped.")); },
        Qt::QueuedConnection);
}

void EngineClient::breakOff() {
    const qint64 id = stopping_.id();
    if (id == 0) return;
    finish(id);
    startProcess();
    Q_EMIT failed(id, QStringLiteral("stopped"), tr("Stopped."));
}

void EngineClient::forget(const QString& conversation) {
    if (process_ && state_ == State::Ready)
        process_->send({next_id_++, protocol::ForgetRequest{conversation.toStdString()}});
}

void EngineClient::setTokenLimit(qint64 bytes) {
    options_.token_limit = bytes;
    sendTokenLimit();
}

void EngineClient::sendTokenLimit() {
    if (process_ && options_.token_limit)
        process_->send({next_id_++, protocol::TokenLimitRequest{*options_.token_limit}});
}

qint64 EngineClient::enqueue(protocol::Request request, const QString& doing) {
    const qint64 id = request.id = next_id_++;
    pending_.add(std::move(request), doing);
    idle_timer_.stop();
    if (is_resting_)
        startProcess();
    else
        sendWaiting();
    return id;
}

void EngineClient::setIdleTime(std::chrono::milliseconds time) {
    idle_timer_.setInterval(time);
    watchIdle();
}

bool EngineClient::isIdle() const {
    return process_ && state_ == State::Ready && pending_.isEmpty() && !isChecking();
}

void EngineClient::watchIdle() {
    if (idle_timer_.interval() > 0 && isIdle())
        idle_timer_.start();
    else
        idle_timer_.stop();
}

void EngineClient::rest() {
    if (!isIdle()) return;
    dropProcess();
    setResting(true);
}

void EngineClient::setResting(bool isResting) {
    if (std::exchange(is_resting_, isResting) != isResting) Q_EMIT restingChanged(isResting);
}

void EngineClient::startProcess() {
    dropProcess();
    setResting(false);
    process_ = std::make_unique<EngineProcess>(options_.program, options_.arguments);
    connect(process_.get(), &EngineProcess::eventArrived, this, &EngineClient::handle);
    // Queued: the process object is replaced by the slot and must not be inside its
    // own signal then.
    connect(process_.get(), &EngineProcess::ended, this, &EngineClient::handleEnd,
            Qt::QueuedConnection);
    process_->start();
    sendTokenLimit();
    sendLoad();
}

void EngineClient::dropProcess() {
    restart_timer_.stop();
    leaving_.reset();
    looking_.reset();
    if (!process_) return;
    // Deletes itself later, so that a slot of its own signals may call load().
    process_.release()->retire();
    pending_.takeBack();
}

void EngineClient::sendWaiting() {
    if (!process_ || state_ != State::Ready || isChecking()) return;
    for (const protocol::Request* request : pending_.takeUnsent()) process_->send(*request);
}

void EngineClient::handle(const protocol::Event& event) {
    if (const auto* ready = std::get_if<protocol::ReadyEvent>(&event.body)) {
        if (ready->protocol == kProtocol) return;
        dropProcess();
        return setState(State::NoModel,
                        tr("The model process univi-engine is of another version than this window; "
                           "install both from the same build."));
    }
    if (isEnd(event)) leaving_.end(event.id);
    if (event.id == load_id_)
        handleLoad(event);
    else if (looking_.id() != 0 && event.id == looking_.id())
        handleCheck(event);
    else
        handleRequestEvent(event);
}

void EngineClient::handleCheck(const protocol::Event& event) {
    if (std::holds_alternative<protocol::CheckedEvent>(event.body)) {
        looking_.reset();
        return changeTo(*std::exchange(wanted_, std::nullopt));
    }
    const auto* error = std::get_if<protocol::ErrorEvent>(&event.body);
    if (!error) return;
    looking_.reset();
    wanted_.reset();
    refuse(QString::fromStdString(error->message));
    sendWaiting();
    watchIdle();
}

void EngineClient::handleLoad(const protocol::Event& event) {
    if (const auto* progress = std::get_if<protocol::LoadProgressEvent>(&event.body))
        Q_EMIT loadProgressed(progress->fraction, QString::fromStdString(progress->what));
    else if (const auto* loaded = std::get_if<protocol::LoadedEvent>(&event.body))
        handleLoaded(*loaded);
    else if (const auto* error = std::get_if<protocol::ErrorEvent>(&event.body))
        handleLoadFailure(*error);
}

void EngineClient::handleRequestEvent(const protocol::Event& event) {
    const qint64 id = event.id;
    PendingRequests::Pending* pending = pending_.find(id);
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
            const protocol::Request request = pending->request;
            finish(id);
            if (std::holds_alternative<protocol::AskRequest>(request.body))
                Q_EMIT answered(id, e);
            else if (std::holds_alternative<protocol::WhatIfRequest>(request.body))
                Q_EMIT whatIfDone(id);
            else
                Q_EMIT encoded(id);
        },
        [&](const protocol::EstimateEvent& e) {
            finish(id);
            Q_EMIT estimated(id, e);
        },
        [&](const protocol::PreviewEvent& e) {
            finish(id);
            Q_EMIT previewed(id, e);
        },
        [&](const protocol::WhatIfEvent& e) { Q_EMIT variantAnswered(id, e); },
        [&](const protocol::WhatIfProgressEvent& e) {
            Q_EMIT whatIfProgressed(id, e.done, e.total);
        },
        [&](const protocol::FoundEvent& e) {
            finish(id);
            Q_EMIT found(id, e);
        },
        [&](const protocol::AttentionEvent& e) {
            finish(id);
            Q_EMIT lookedAgain(id, e);
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
    if (isChecking()) sendCheck();  // it was lost with the process before
    sendWaiting();
    watchIdle();
}

void EngineClient::handleLoadFailure(const protocol::ErrorEvent& error) {
    const QString problem = QString::fromStdString(error.message);
    if (!options_.goes_back || !good_ || !error.model_kept) {
        if (!goBack(problem)) setState(State::NoModel, problem);
        return;
    }
    load_ = *std::exchange(good_, std::nullopt);
    refuse(problem);  // first: who hears that a model is ready asks which one
    setState(State::Ready);
    sendWaiting();
}

void EngineClient::refuse(const QString& problem) {
    Q_EMIT refused(tr("%1 The model used before goes on.").arg(problem));
}

/// Loads the model before, once: when that fails too, it is said.
bool EngineClient::goBack(const QString& problem) {
    const std::optional<protocol::LoadRequest> good = std::exchange(good_, std::nullopt);
    if (!options_.goes_back || !good || *good == load_) return false;
    load_ = *good;
    quick_deaths_ = 0;
    startProcess();
    refuse(problem);
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
    if (const auto looked_at = std::exchange(wanted_, std::nullopt))
        refuse(
            tr("The model process ended while looking at %1.").arg(fileNameOf(looked_at->model)));
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
    const QString sentence = endSentence(gives_up, quick_deaths_, doing);
    if (gives_up) {
        setState(State::Dead, sentence);
    } else {
        setState(State::Loading);
        restart_timer_.start(options_.restart_delay_ms << std::min(quick_deaths_ - 1, 6));
    }
    if (interrupted) Q_EMIT failed(*interrupted, QStringLiteral("internal"), sentence);
    Q_EMIT died(sentence);
}

/// Returns what the process was doing. The request that it worked on is over, since sending it
/// again might kill the next process too; the others wait for that one.
QString EngineClient::takeInterrupted(std::optional<qint64>& interrupted) {
    if (state_ == State::Loading)
        return tr("loading the model %1").arg(fileNameOf(load_.model)).trimmed();
    const auto* at_work = pending_.atWork();
    if (!at_work) return tr("waiting for a question");
    interrupted = at_work->request.id;
    const QString doing = at_work->doing;
    finish(*interrupted);
    return doing;
}

void EngineClient::setState(State state, const QString& problem) {
    problem_ = problem;
    if (state_ == state && state != State::NoModel) return;
    state_ = state;
    Q_EMIT stateChanged(state);
}

void EngineClient::finish(qint64 id) {
    stopping_.end(id);
    pending_.remove(id);
    watchIdle();
}

void EngineClient::failSent(const QString& sentence) {
    for (const qint64 id : pending_.sentIds()) {
        finish(id);
        Q_EMIT failed(id, QStringLiteral("internal"), sentence);
    }
}

}  // namespace univi::ui
