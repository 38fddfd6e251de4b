#include "ui/training/runs/process_probe.h"

#include <unistd.h>

#include <QFile>
#include <QFileInfo>
#include <optional>

namespace univi::ui {
namespace {

/// starting times are counted in hundredths, the boot time in whole seconds
constexpr qint64 kGraceMs = 2000;

struct ProcessFacts {
    qint64 parent = 0;
    qint64 started = 0;  ///< ms since the epoch
    char state = '?';
};

/// Seconds since the epoch at which the system started (/proc/stat: btime).
qint64 bootTime() {
    QFile file(QStringLiteral("/proc/stat"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    for (const QByteArray& line : file.readAll().split('\n'))
        if (line.startsWith("btime ")) return line.mid(6).trimmed().toLongLong();
    return 0;
}

/// Fields 3, 4 and 22 of /proc/PID/stat, counted after the name in brackets (which
/// may hold anything).
std::optional<ProcessFacts> readProcess(qint64 pid) {
    QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
    if (pid <= 0 || !file.open(QIODevice::ReadOnly)) return std::nullopt;
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    if (fields.size() < 20) return std::nullopt;
    ProcessFacts facts;
    facts.state = fields[0].isEmpty() ? '?' : fields[0][0];
    facts.parent = fields[1].toLongLong();
    facts.started = bootTime() * 1000 + fields[19].toLongLong() * 1000 / ::sysconf(_SC_CLK_TCK);
    return facts;
}

QString programOf(qint64 pid) {
    return QFile::symLinkTarget(QStringLiteral("/proc/%1/exe").arg(pid));
}

}  // namespace

bool livesSince(qint64 pid, const QDateTime& time) {
    const std::optional<ProcessFacts> facts = readProcess(pid);
    return facts && facts->state != 'Z' && facts->state != 'X' &&
           facts->started <= time.toMSecsSinceEpoch() + kGraceMs;
}

qint64 livingProcess(const QString& pidFile) {
    QFile file(pidFile);
    if (!file.open(QIODevice::ReadOnly)) return 0;
    const qint64 pid = file.read(32).trimmed().toLongLong();
    return pid > 0 && livesSince(pid, QFileInfo(file).lastModified()) ? pid : 0;
}

qint64 signalTarget(qint64 pid) {
    const std::optional<ProcessFacts> facts = readProcess(pid);
    if (!facts || facts->parent <= 1) return pid;
    const QString program = programOf(pid);
    return !program.isEmpty() && programOf(facts->parent) == program ? facts->parent : pid;
}

qint64 parentOf(qint64 pid) {
    const std::optional<ProcessFacts> facts = readProcess(pid);
    return facts ? facts->parent : 0;
}

QString workingFolderOf(qint64 pid) {
    return QFile::symLinkTarget(QStringLiteral("/proc/%1/cwd").arg(pid));
}

}  // namespace univi::ui
