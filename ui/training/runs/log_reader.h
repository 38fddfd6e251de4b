#pragma once

#include <QDate>
#include <QSet>
#include <string_view>

#include "ui/training/runs/line_tail.h"
#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// Name of the file in a run's folder that takes stderr of a run this program started, all ranks
/// together. Every start begins with a line made by launchLine().
inline constexpr const char* kLaunchLog = "launch.log";
/// Beside it: why the newest start failed (protocol::train::keep_failure).
inline constexpr const char* kLaunchFailure = "launch-failure.json";
QString launchLine(const QDateTime& time, const QString& working_folder,
                   const QStringList& command);

/// "2026-11-24 01:41:24.748 info Loading …" (log.txt), "01:41:24.748 info …" or "[rank 1]
/// 01:41:24.748 error …" (stderr). A line without time and level is taken as it is: an error when
/// it looks like a crash, else information. `day`: for lines without one.
LogLine readLogLine(std::string_view line, const QDate& day = {});

/// The log of a run folder: rank 0 from log.txt, the other ranks and the launcher from launch.log;
/// what stands in both is given once.
class LogReader {
  public:
    explicit LogReader(const QString& folder);
    /// New lines, ordered by time within this look. `reset` is set when earlier ones are void.
    QList<LogLine> read(bool& reset);
    /// The last sentence at level error since the newest start; empty when there is none.
    const LogLine& lastError() const { return last_error_; }
    const QDateTime& lastLaunch() const { return last_launch_; }
    const QString& launchFolder() const { return launch_folder_; }

  private:
    void readLaunchLine(std::string_view line, QList<LogLine>& lines);
    LineTail log_, launch_;
    QSet<QByteArray> seen_;  ///< time and text of lines of log.txt
    QDate day_;
    QTime last_time_;
    QDateTime last_launch_;
    QString launch_folder_;
    LogLine last_error_;
};

}  // namespace univi::ui
