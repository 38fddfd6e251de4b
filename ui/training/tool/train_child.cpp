#include "ui/training/tool/train_child.h"

#include <QCoreApplication>
#include <QDir>
#include <QTimer>

namespace univi::ui {
namespace {

constexpr int kPatienceMs = 5000;

}  // namespace

QString trainProgram() {
    const QString named = qEnvironmentVariable("UNIVI_TRAIN");
    return named.isEmpty() ? QDir(QCoreApplication::applicationDirPath())
                                 .filePath(QStringLiteral("univi-train"))
                           : named;
}

TrainChild::TrainChild(QObject* parent) : QObject(parent) {}

TrainChild::~TrainChild() {
    drop();
}

void TrainChild::ask(const QStringList& arguments, const QString& workingFolder) {
    drop();
    stopped_ = false;
    log_.clear();
    line_.clear();
    output_.clear();
    last_error_.clear();
    process_ = new QProcess(this);
    QProcess* process = process_;
    if (!workingFolder.isEmpty()) process->setWorkingDirectory(workingFolder);
    connect(process, &QProcess::readyReadStandardError, this, &TrainChild::readLog);
    connect(process, &QProcess::readyReadStandardOutput, this, &TrainChild::readOutput);
    connect(process, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        readLog();
        readOutput();
        const bool ended = status == QProcess::NormalExit;
        finish(ended, code,
               ended ? QString()
                     : tr("univi-train ended unexpectedly: look at its log, or start again."));
    });
    connect(process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            finish(false, -1,
                   tr("%1 cannot be started: install UniVi Studio again.").arg(trainProgram()));
    });
    process->start(trainProgram(), arguments, QIODevice::ReadOnly);
}

void TrainChild::stop() {
    if (!process_) return;
    stopped_ = true;
    process_->terminate();
    QTimer::singleShot(kPatienceMs, process_, &QProcess::kill);
}

void TrainChild::drop() {
    if (!process_) return;
    QProcess* process = std::exchange(process_, nullptr);
    process->disconnect(this);
    // It writes nothing that could be lost; the process object stays until the child is gone.
    process->setParent(nullptr);
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    process->kill();
    if (process->state() == QProcess::NotRunning)
        process->deleteLater();
    else if (QCoreApplication::closingDown() || !QCoreApplication::instance())
        process->waitForFinished(kPatienceMs), delete process;
}

void TrainChild::readOutput() {
    if (!process_) return;
    const QByteArray read = process_->readAllStandardOutput();
    output_ += read;
    line_ += read;
    for (qsizetype end; (end = line_.indexOf('\n')) >= 0; line_.remove(0, end + 1))
        Q_EMIT printed(line_.left(end));
}

void TrainChild::readLog() {
    if (!process_) return;
    log_ += process_->readAllStandardError();
    for (qsizetype end; (end = log_.indexOf('\n')) >= 0; log_.remove(0, end + 1))
        takeLogLine(QString::fromUtf8(log_.left(end)));
}

/// "01:56:04.362 info Checking 8 items".
void TrainChild::takeLogLine(const QString& line) {
    const QString level = line.section(QLatin1Char(' '), 1, 1),
                  text = line.section(QLatin1Char(' '), 2);
    if (level == QLatin1String("error")) last_error_ = text;
    if (!text.isEmpty()) Q_EMIT logged(level, text);
}

void TrainChild::finish(bool ended, int code, const QString& problem) {
    QProcess* process = std::exchange(process_, nullptr);
    if (!process) return;
    Result result;
    result.ended = ended && !stopped_;
    result.stopped = stopped_;
    result.code = code;
    result.output = output_;
    result.problem = last_error_.isEmpty() ? problem : last_error_;
    process->deleteLater();
    Q_EMIT finished(result);
}

}  // namespace univi::ui
