#include "ui/evaluation/evaluation_runner.h"

#include <utility>

#include "core/base/error.h"
#include "ui/files/openable_path.h"

namespace univi::ui {

namespace events = protocol::evaluation;

namespace {

QString leftText(double seconds) {
    if (seconds <= 0) return {};
    if (seconds < 90) return EvaluationRunner::tr("%1 s left").arg(qRound(seconds));
    if (seconds < 5400) return EvaluationRunner::tr("%1 min left").arg(qRound(seconds / 60));
    return EvaluationRunner::tr("%1 h left").arg(seconds / 3600, 0, 'f', 1);
}

}  // namespace

EvaluationRunner::EvaluationRunner(const QString& program, QObject* parent)
    : QObject(parent),
      program_(program.isEmpty() ? programBeside(QStringLiteral("univi-cli")) : program) {
    connect(&child_, &LineChild::lineArrived, this, &EvaluationRunner::handle);
    connect(&child_, &LineChild::ended, this, &EvaluationRunner::onEnd);
}

void EvaluationRunner::start(const EvaluationSetup& setup) {
    if (isRunning()) return;
    setup_ = setup;
    waiting_ = setup.models;
    failed_.clear();
    sentences_.clear();
    startNext();
}

void EvaluationRunner::resume() {
    if (canResume()) startNext();
}

void EvaluationRunner::stop() {
    if (!isRunning()) return;
    stopping_ = true;
    child_.stop();  // it stops within one question's token; every answer is on disk already
}

void EvaluationRunner::startNext() {
    const QString model = waiting_.value(0);
    stopping_ = false;
    progress_ = {};
    progress_.doing = tr("Starting…");
    child_.start(program_, setup_.arguments(model) << QStringLiteral("--events"));
    Q_EMIT started();
    Q_EMIT progressed(progress_);
}

void EvaluationRunner::handle(const QByteArray& line) {
    try {
        const auto event = events::parse_event({line.constData(), std::size_t(line.size())});
        if (event) std::visit([this](const auto& each) { take(each); }, *event);
    } catch (const base::Error&) {  // not a line of univi-cli
    }
}

void EvaluationRunner::take(const events::LoadEvent& load) {
    progress_.doing = tr("Loading the model…");
    progress_.fraction = load.fraction;
    Q_EMIT progressed(progress_);
}

void EvaluationRunner::take(const events::ProgressEvent& event) {
    const events::SetProgress& at = event.progress;
    progress_.unanswered = int(at.unanswered);
    showStep(tr("%1: question %2 of %3").arg(QString::fromStdString(at.set)), at.done, at.total,
             at.seconds_left);
}

void EvaluationRunner::take(const events::JudgeEvent& at) {
    showStep(tr("%1: judging %2 of %3").arg(QString::fromStdString(at.set)), at.done, at.total,
             at.seconds_left);
}

void EvaluationRunner::take(const events::ResultsEvent& results) {
    Q_EMIT resultsWritten(openablePathOf(results.file));
}

void EvaluationRunner::showStep(const QString& doing, qint64 done, qint64 total, double seconds) {
    progress_.doing = doing.arg(done).arg(total);
    progress_.fraction = total > 0 ? double(done) / double(total) : 0;
    progress_.ending = leftText(seconds);
    Q_EMIT progressed(progress_);
}

void EvaluationRunner::onEnd(const LineChild::End& end) {
    if (end.how == LineChild::End::How::NotStarted)  // the next checkpoints would fail alike
        return Q_EMIT ended(
            tr("%1 could not be started; install the program whole.").arg(program_));
    if (!end.isGood() && stopping_) return Q_EMIT ended({});
    if (!end.isGood())
        return onFailed(end.sentence.isEmpty()
                            ? tr("The evaluation ended unexpectedly; start it again to go on "
                                 "where it stopped.")
                            : end.sentence);
    waiting_.removeFirst();
    goOn();
}

void EvaluationRunner::onFailed(const QString& sentence) {
    const QString model = waiting_.takeFirst();
    failed_ << model;
    sentences_ << (setup_.models.size() > 1
                       ? QStringLiteral("%1: %2").arg(checkpointName(model), sentence)
                       : sentence);
    goOn();
}

/// The next checkpoint, or the end.
void EvaluationRunner::goOn() {
    if (!waiting_.isEmpty()) return startNext();
    waiting_ = std::exchange(failed_, {});
    const QString said = std::exchange(sentences_, {}).join(QLatin1Char('\n'));
    if (said.isEmpty())
        Q_EMIT finished();
    else
        Q_EMIT ended(said);
}

}  // namespace univi::ui
