#include "ui/training/tool/train_child.h"

#include <utility>

namespace univi::ui {
namespace {

constexpr int kPatienceMs = 5000;

}  // namespace

QString trainProgram() {
    const QString named = qEnvironmentVariable("UNIVI_TRAIN");
    return named.isEmpty() ? programBeside(QStringLiteral("univi-train")) : named;
}

TrainChild::TrainChild(QObject* parent) : QObject(parent) {}

TrainChild::~TrainChild() {
    drop();
}

void TrainChild::ask(const QStringList& arguments, const QString& working_folder) {
    drop();
    stopped_ = false;
    output_.clear();
    last_error_.clear();
    child_ = new LineChild(this);
    connect(child_, &LineChild::lineArrived, this, [this](const QByteArray& line) {
        output_ += line + '\n';
        Q_EMIT printed(line);
    });
    connect(child_, &LineChild::logArrived, this, &TrainChild::takeLogLine);
    connect(child_, &LineChild::ended, this, &TrainChild::finish);
    child_->start(trainProgram(), arguments, working_folder);
}

void TrainChild::stop() {
    if (!child_) return;
    stopped_ = true;
    child_->stop(kPatienceMs);
}

/// The child writes nothing that could be lost.
void TrainChild::drop() {
    if (LineChild* child = std::exchange(child_, nullptr)) child->abandon();
}

/// "01:56:04.362 error There is no datasets.json here".
void TrainChild::takeLogLine(const QByteArray& line) {
    const QString words = QString::fromUtf8(line);
    if (words.section(QLatin1Char(' '), 1, 1) == QLatin1String("error"))
        last_error_ = words.section(QLatin1Char(' '), 2);
}

void TrainChild::finish(const LineChild::End& end) {
    using How = LineChild::End::How;
    std::exchange(child_, nullptr)->deleteLater();
    Result result;
    result.ended = end.how == How::Exited && !stopped_;
    result.stopped = stopped_;
    result.code = end.code;
    result.output = output_;
    result.problem = last_error_;
    if (last_error_.isEmpty() && end.how == How::NotStarted)
        result.problem =
            tr("%1 cannot be started: install UniVi Studio again.").arg(trainProgram());
    if (last_error_.isEmpty() && end.how == How::Crashed)
        result.problem = tr("univi-train ended unexpectedly: look at its log, or start again.");
    Q_EMIT finished(result);
}

}  // namespace univi::ui
