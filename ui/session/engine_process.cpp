#include "ui/session/engine_process.h"

#include "core/base/error.h"
#include "core/base/log.h"

namespace univi::ui {
namespace {

/// The largest event is the groups of a long video: a few megabytes. A line beyond this is no
/// event of ours.
constexpr qsizetype kMaxLineBytes = 256 << 20;
constexpr int kGraceMs = 1500;

}  // namespace

EngineProcess::EngineProcess(const QString& program, const QStringList& arguments, QObject* parent)
    : QObject(parent), program_(program), arguments_(arguments) {
    connect(&process_, &QProcess::readyReadStandardOutput, this, &EngineProcess::readLines);
    connect(&process_, &QProcess::readyReadStandardError, this, &EngineProcess::forwardLog);
    connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) finish(true, process_.errorString());
    });
    connect(&process_, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        readLines();
        finish(false, status == QProcess::CrashExit ? QStringLiteral("ended by signal %1").arg(code)
                                                    : QStringLiteral("exit code %1").arg(code));
    });
}

EngineProcess::~EngineProcess() {
    over_ = true;
    disconnect(&process_, nullptr, this, nullptr);
    if (process_.state() == QProcess::NotRunning) return;
    process_.closeWriteChannel();  // the engine ends when its stdin closes
    if (process_.waitForFinished(kGraceMs)) return;
    process_.kill();
    process_.waitForFinished(kGraceMs);
}

void EngineProcess::start() {
    process_.start(program_, arguments_);
}

void EngineProcess::retire() {
    over_ = true;
    disconnect(this, nullptr, nullptr, nullptr);
    if (process_.state() == QProcess::NotRunning) return deleteLater();
    connect(&process_, &QProcess::finished, this, &QObject::deleteLater);
    process_.kill();
}

void EngineProcess::send(const protocol::Request& request) {
    process_.write(QByteArray::fromStdString(protocol::to_line(request) + "\n"));
}

void EngineProcess::readLines() {
    buffer_ += process_.readAllStandardOutput();
    qsizetype begin = 0;
    for (qsizetype end; (end = buffer_.indexOf('\n', begin)) >= 0; begin = end + 1) {
        const std::string line = buffer_.mid(begin, end - begin).toStdString();
        if (line.empty()) continue;
        try {
            Q_EMIT eventArrived(protocol::parse_event(line));
        } catch (const base::Error& error) {
            base::log_warning(std::string("a line of the model process was no event: ") +
                              error.what());
        }
        if (over_) return;
    }
    buffer_.remove(0, begin);
    if (buffer_.size() > kMaxLineBytes) process_.kill();
}

void EngineProcess::forwardLog() {
    for (const QByteArray& line : process_.readAllStandardError().split('\n'))
        if (!line.trimmed().isEmpty()) base::log_info("engine: " + line.trimmed().toStdString());
}

void EngineProcess::finish(bool failedToStart, const QString& detail) {
    if (over_) return;
    over_ = true;
    forwardLog();
    Q_EMIT ended(failedToStart, detail);
}

}  // namespace univi::ui
