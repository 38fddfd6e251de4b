#include "ui/training/runs/train_launcher.h"

#include <signal.h>

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <cerrno>
#include <cstring>

#include "core/base/paths.h"
#include "core/protocol/train_failure.h"
#include "ui/text/translate.h"
#include "ui/training/runs/log_reader.h"

namespace univi::ui {
TrainLauncher::TrainLauncher(QString program) : program_(std::move(program)) {
    if (program_.isEmpty())
        program_ = QString::fromStdString((base::executable_folder() / "univi-train").string());
}

QString TrainLauncher::findProgram(QString& problem) const {
    problem.clear();
    const QFileInfo file(program_);
    if (file.isFile() && file.isExecutable()) return file.absoluteFilePath();
    problem = tr("There is no univi-train at %1, so nothing can be trained here.")
                  .arg(file.absoluteFilePath());
    return {};
}

qint64 TrainLauncher::start(const RunStart& run, QString& problem) const {
    const QString program = findProgram(problem);
    if (program.isEmpty()) return 0;
    if (!QDir().mkpath(run.output_dir)) {
        problem = tr("The run's folder %1 cannot be made: choose another one.").arg(run.output_dir);
        return 0;
    }
    const QString log = QDir(run.output_dir).filePath(QLatin1String(kLaunchLog));
    const QString folder = run.working_folder.isEmpty() ? QDir::currentPath() : run.working_folder;
    QFile file(log);
    if (!file.open(QIODevice::Append) ||
        file.write(
            launchLine(QDateTime::currentDateTime(), folder, QStringList(program) + run.arguments)
                .toUtf8()) < 0 ||
        !file.flush()) {
        problem = tr("%1 cannot be written: %2.").arg(log, file.errorString());
        return 0;
    }
    file.close();
    QProcess process;
    process.setProgram(program);
    process.setArguments(run.arguments);
    process.setWorkingDirectory(folder);
    process.setStandardInputFile(QProcess::nullDevice());
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(log, QIODevice::Append);
    const QString failure = QDir(run.output_dir).filePath(QLatin1String(kLaunchFailure));
    QFile::remove(failure);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QLatin1String(protocol::train::kFailureVariable),
                       QFileInfo(failure).absoluteFilePath());
    process.setProcessEnvironment(environment);
    qint64 pid = 0;
    if (process.startDetached(&pid)) return pid;
    problem = tr("%1 could not be started: %2.").arg(program, process.errorString());
    return 0;
}

bool TrainLauncher::signal(const RunInfo& run, Wish wish, QString& problem) {
    problem.clear();
    if (!run.canBeSteered()) {
        problem = run.host.isEmpty()
                      ? tr("The run has no process any more.")
                      : tr("The run is on %1: stop it or save it there.").arg(run.host);
        return false;
    }
    if (::kill(pid_t(run.pid), wish == Wish::StopAndSave ? SIGTERM : SIGUSR1) == 0) return true;
    problem = tr("Process %1 takes no signal from here: %2.")
                  .arg(run.pid)
                  .arg(QString::fromLocal8Bit(std::strerror(errno)));
    return false;
}

}  // namespace univi::ui
