#include "ui/models/download_job.h"

#include <variant>

#include "core/base/error.h"
#include "core/base/log.h"

namespace univi::ui {
namespace {

constexpr int kPatienceMs = 5000, kBadUsage = 2;
constexpr double kSteadyAfterS = 1;  ///< a speed measured over less says nothing

}  // namespace

DownloadJob::DownloadJob(const QString& given, const QString& program, QObject* parent)
    : QObject(parent),
      given_(given),
      name_(given),
      program_(program),
      child_(nullptr, LineChild::Farewell::EndOfInput) {
    connect(&child_, &LineChild::lineArrived, this, &DownloadJob::read);
    connect(&child_, &LineChild::ended, this, &DownloadJob::onEnd);
}

double DownloadJob::speed() const {
    if (!since_.isValid()) return 0;
    const double seconds = double(since_.elapsed()) / 1000;
    return seconds < kSteadyAfterS ? 0 : double(progress_.fetched) / seconds;
}

void DownloadJob::start() {
    if (child_.isRunning()) return;
    work_ = Work::Fetch;
    problem_.clear();
    has_plan_ = false;
    progress_ = {};
    files_.clear();
    places_.clear();
    since_.invalidate();
    setState(State::Running);
    child_.start(program_, {QStringLiteral("download"), QStringLiteral("--json"),
                            QStringLiteral("--loadable"), QStringLiteral("--stop-at-end-of-input"),
                            QStringLiteral("--"), given_});
}

void DownloadJob::pause() {
    if (state_ == State::Waiting) return setState(State::Paused);
    if (state_ != State::Running) return;
    setState(State::Pausing);
    child_.stop(kPatienceMs);
}

void DownloadJob::queue() {
    if (state_ == State::Paused || state_ == State::Failed) setState(State::Waiting);
}

void DownloadJob::remove() {
    wants_removal_ = true;
    if (state_ == State::Done) return setState(State::Removed);
    if (state_ == State::Removing) return;
    const bool isRunning = child_.isRunning();
    setState(State::Removing);
    if (isRunning)
        child_.stop(kPatienceMs);
    else
        discard();
}

void DownloadJob::discard() {
    work_ = Work::Discard;
    child_.start(program_, {QStringLiteral("download"), QStringLiteral("--discard"),
                            QStringLiteral("--"), given_});
}

void DownloadJob::read(const QByteArray& line) {
    if (work_ != Work::Fetch) return;
    try {
        const auto event = protocol::download::parse_event(line.toStdString());
        if (event) std::visit([this](const auto& each) { take(each); }, *event);
    } catch (const base::Error& error) {
        base::log_warning(std::string("a line of univi-cli download was no event: ") +
                          error.what());
    }
}

void DownloadJob::take(const protocol::download::PlanEvent& plan) {
    has_plan_ = true;
    name_ = QString::fromStdString(plan.repository);
    progress_.total = plan.bytes_total;
    for (const auto& file : plan.files) {
        places_.insert(QString::fromStdString(file.path), files_.size());
        files_ << File{QString::fromStdString(file.path), file.size, 0};
    }
    since_.start();
    Q_EMIT changed();
}

void DownloadJob::take(const protocol::download::ProgressEvent& progress) {
    progress_.bytes = progress.bytes;
    progress_.fetched = progress.bytes_fetched;
    progress_.files = progress.files;
    const auto place = places_.constFind(QString::fromStdString(progress.file));
    if (place != places_.constEnd()) files_[*place].bytes = progress.file_bytes;
    Q_EMIT changed();
}

void DownloadJob::take(const protocol::download::DoneEvent& done) {
    folder_ = QString::fromStdString(done.folder);
}

void DownloadJob::onEnd(const LineChild::End& end) {
    if (work_ == Work::Discard) {
        if (!end.isGood()) base::log_warning(end.sentence.toStdString());
        return setState(State::Removed);
    }
    if (wants_removal_) return discard();
    if (end.isGood()) return setState(State::Done);
    if (state_ == State::Pausing) return setState(State::Paused);
    is_refused_ = end.how == LineChild::End::How::Exited && end.code == kBadUsage;
    problem_ = end.sentence;
    if (end.how == LineChild::End::How::NotStarted)
        problem_ = tr("The program %1 could not be started (%2); install UniVi Studio again.")
                       .arg(program_, end.sentence);
    else if (end.how == LineChild::End::How::Crashed)
        problem_ = tr("The download was ended from outside; what came so far is kept.");
    else if (problem_.isEmpty())
        problem_ = tr("The download ended without a reason; what came so far is kept.");
    setState(State::Failed);
}

void DownloadJob::setState(State state) {
    state_ = state;
    Q_EMIT stateChanged();
    Q_EMIT changed();
}

}  // namespace univi::ui
