#pragma once

#include <QDateTime>
#include <QString>

namespace univi::ui {

/// The process of a run folder's `pid` file, 0 when it is gone. A number that the system gave to
/// another process since is not believed: that one began after the file was written.
qint64 livingProcess(const QString& pidFile);

/// Whether process `pid` lives and began not later than `time` (two seconds of grace).
bool livesSince(qint64 pid, const QDateTime& time);

/// Who takes the signals of a run of several ranks: the launcher above rank 0 (a parent of the same
/// program), else `pid` itself.
qint64 signalTarget(qint64 pid);

/// Parent of a living process, 0 when it is gone.
qint64 parentOf(qint64 pid);

/// Working folder of a living process; empty when it may not be asked.
QString workingFolderOf(qint64 pid);

}  // namespace univi::ui
