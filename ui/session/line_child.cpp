#include "ui/session/line_child.h"

#include <fcntl.h>

#include <QCoreApplication>
#include <QDir>
#include <QProcessEnvironment>

namespace univi::ui {
namespace {

/// The largest line that a child of this program writes is the groups of a long video: a few
/// megabytes. What goes beyond this is no line of ours.
constexpr qsizetype kMaxLineBytes = 256 << 20, kMaxLogLineBytes = 1 << 16;
constexpr int kGraceMs = 2000;

/// Takes the whole lines out of a buffer and hands them over; what follows the last one stays.
template <typename Take>
void takeLines(QByteArray& buffer, const Take& take) {
    const qsizetype end = buffer.lastIndexOf('\n') + 1;
    const QByteArray whole = buffer.left(end);
    buffer.remove(0, end);
    for (qsizetype begin = 0; begin < end;) {
        const qsizetype next = whole.indexOf('\n', begin);
        if (next > begin) take(whole.mid(begin, next - begin));
        begin = next + 1;
    }
}

QString withoutProgramName(const QByteArray& line) {
    const qsizetype colon = line.indexOf(": ");
    const bool is_named = line.startsWith("univi-") && colon > 0 && !line.left(colon).contains(' ');
    return QString::fromUtf8(is_named ? line.mid(colon + 2) : line);
}

}  // namespace

QString programBeside(const QString& name) {
    return QDir(QCoreApplication::applicationDirPath()).filePath(name);
}

LineChild::LineChild(QObject* parent, Farewell farewell) : QObject(parent), farewell_(farewell) {
    patience_.setSingleShot(true);
    connect(&patience_, &QTimer::timeout, &process_, &QProcess::kill);
    connect(&process_, &QProcess::readyReadStandardOutput, this, &LineChild::readLines);
    connect(&process_, &QProcess::readyReadStandardError, this, [this] { readLog(false); });
    connect(&process_, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) finish(End::How::NotStarted, -1);
    });
    connect(&process_, &QProcess::finished, this, [this](int code, QProcess::ExitStatus status) {
        finish(status == QProcess::NormalExit ? End::How::Exited : End::How::Crashed, code);
    });
}

LineChild::~LineChild() {
    endNow();
}

void LineChild::start(const QString& program, const QStringList& arguments, const QString& folder) {
    for (QByteArray* each : {&lines_, &log_, &last_log_}) each->clear();
    process_.setWorkingDirectory(folder);
    process_.start(program, arguments);
}

void LineChild::setVariable(const QString& name, const QString& value) {
    QProcessEnvironment variables = process_.processEnvironment();
    if (variables.isEmpty()) variables = QProcessEnvironment::systemEnvironment();
    if (value.isEmpty())
        variables.remove(name);
    else
        variables.insert(name, value);
    process_.setProcessEnvironment(variables);
}

void LineChild::passDescriptor(int descriptor) {
    if (descriptor < 0) return process_.setChildProcessModifier({});
    process_.setChildProcessModifier([descriptor] { ::fcntl(descriptor, F_SETFD, 0); });
}

void LineChild::stop(int patience_ms) {
    if (farewell_ == Farewell::EndOfInput)
        process_.closeWriteChannel();
    else
        process_.terminate();
    if (patience_ms > 0) patience_.start(patience_ms);
}

void LineChild::endNow() {
    is_silent_ = true;
    if (isRunning()) {
        stop();
        if (!process_.waitForFinished(kGraceMs)) {
            process_.kill();
            process_.waitForFinished(kGraceMs);
        }
    }
    is_silent_ = false;
}

void LineChild::abandon() {
    is_silent_ = true;
    if (!isRunning()) return deleteLater();
    connect(&process_, &QProcess::finished, this, &QObject::deleteLater);
    process_.kill();
}

void LineChild::readLines() {
    lines_ += process_.readAllStandardOutput();
    takeLines(lines_, [this](const QByteArray& line) {
        if (!is_silent_) Q_EMIT lineArrived(line);
    });
    if (lines_.size() > kMaxLineBytes) process_.kill();
}

/// `is_over`: what stands after the last line's end is a line too.
void LineChild::readLog(bool is_over) {
    log_ += process_.readAllStandardError();
    if (is_over || log_.size() > kMaxLogLineBytes) log_ += '\n';
    takeLines(log_, [this](const QByteArray& whole) {
        const QByteArray line = whole.trimmed();
        if (line.isEmpty()) return;
        last_log_ = line;
        if (!is_silent_) Q_EMIT logArrived(line);
    });
}

void LineChild::finish(End::How how, int code) {
    patience_.stop();
    if (how == End::How::Exited) lines_ += process_.readAllStandardOutput() + '\n';
    readLines();  // a child that died in the middle of a line leaves no line
    readLog(true);
    if (is_silent_) return;
    Q_EMIT ended(
        {how, code,
         how == End::How::NotStarted ? process_.errorString() : withoutProgramName(last_log_)});
}

}  // namespace univi::ui
