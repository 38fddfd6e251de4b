#include "ui/training/runs/log_reader.h"

#include <algorithm>
#include <array>
#include <utility>

namespace univi::ui {
namespace {

constexpr std::string_view kStart = "=== started ", kIn = " in ", kCommand = " === ";

bool takePrefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

QString toQt(std::string_view text) {
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// Two digits, or -1.
int twoDigits(std::string_view text, std::size_t at) {
    const auto digit = [&](std::size_t i) {
        return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -100;
    };
    return std::max(-1, digit(at) * 10 + digit(at + 1));
}

/// "01:41:24.748 " at the front.
bool takeTime(std::string_view& text, QTime& time) {
    if (text.size() < 13 || text[2] != ':' || text[5] != ':' || text[8] != '.' || text[12] != ' ')
        return false;
    const int hour = twoDigits(text, 0), minute = twoDigits(text, 3), second = twoDigits(text, 6);
    const int ms = twoDigits(text, 9) * 10 + (text[11] - '0');
    const QTime read(hour, minute, second, ms);
    if (!read.isValid()) return false;
    time = read;
    text.remove_prefix(13);
    return true;
}

bool takeDate(std::string_view& text, QDate& date) {
    if (text.size() < 11 || text[4] != '-' || text[7] != '-' || text[10] != ' ') return false;
    const QDate read(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5),
                     twoDigits(text, 8));
    if (!read.isValid()) return false;
    date = read;
    text.remove_prefix(11);
    return true;
}

bool takeLevel(std::string_view& text, LogLine::Level& level) {
    static constexpr std::array<std::pair<std::string_view, LogLine::Level>, 4> kLevels = {
        {{"info ", LogLine::Level::Info},
         {"warning ", LogLine::Level::Warning},
         {"error ", LogLine::Level::Error},
         {"debug ", LogLine::Level::Debug}}};
    for (const auto& [word, value] : kLevels)
        if (takePrefix(text, word)) {
            level = value;
            return true;
        }
    return false;
}

/// What a process says that ends without its own words.
bool looksLikeCrash(std::string_view text) {
    for (const std::string_view word :
         {"terminate called", "Segmentation fault", "Aborted", "Assertion",
          "free(): ", "malloc(): ", "Bus error", "Killed", "cannot open shared object"})
        if (text.find(word) != std::string_view::npos) return true;
    return false;
}

}  // namespace

QString launchLine(const QDateTime& time, const QString& working_folder,
                   const QStringList& command) {
    return QStringLiteral("=== started %1 in %2 === %3\n")
        .arg(time.toString(Qt::ISODate), working_folder, command.join(QLatin1Char(' ')));
}

LogLine readLogLine(std::string_view text, const QDate& day) {
    LogLine line;
    QDate date = day;
    QTime time;
    if (takePrefix(text, "[rank ")) {
        int rank = 0;
        std::size_t at = 0;
        for (; at < text.size() && at < 5 && text[at] >= '0' && text[at] <= '9'; ++at)
            rank = rank * 10 + (text[at] - '0');
        if (at > 0 && text.substr(at).starts_with("] ")) {
            line.rank = rank;
            text.remove_prefix(at + 2);
        }
    }
    takeDate(text, date);
    const bool has_time = takeTime(text, time);
    if (has_time && date.isValid()) line.time = QDateTime(date, time);
    if (!(has_time && takeLevel(text, line.level)) && looksLikeCrash(text))
        line.level = LogLine::Level::Error;
    line.text = toQt(text);
    return line;
}

LogReader::LogReader(const QString& folder)
    : log_(folder + QStringLiteral("/log.txt")),
      launch_(folder + QLatin1Char('/') + QLatin1String(kLaunchLog)) {}

/// A start's first line, or one of stderr.
void LogReader::readLaunchLine(std::string_view text, QList<LogLine>& lines) {
    if (std::string_view rest = text; takePrefix(rest, kStart)) {
        const std::size_t in = rest.find(kIn), command = rest.find(kCommand);
        if (in == std::string_view::npos || command == std::string_view::npos || command < in)
            return;
        last_launch_ = QDateTime::fromString(toQt(rest.substr(0, in)), Qt::ISODate);
        launch_folder_ = toQt(rest.substr(in + kIn.size(), command - in - kIn.size()));
        day_ = last_launch_.date();
        last_time_ = last_launch_.time();
        last_error_ = {};
        lines << LogLine{last_launch_, -1, LogLine::Level::Info,
                         toQt(rest.substr(command + kCommand.size()))};
        return;
    }
    LogLine line = readLogLine(text, day_);
    if (line.time.isValid()) {
        // Past midnight the time of day falls back by hours; a few seconds are only the
        // ranks' mingled lines.
        if (last_time_.isValid() && line.time.time() < last_time_ &&
            line.time.time().secsTo(last_time_) > 12 * 3600) {
            day_ = day_.addDays(1);
            line.time = line.time.addDays(1);
        }
        last_time_ = line.time.time();
    }
    if (line.level == LogLine::Level::Error) last_error_ = line;
    lines << line;
}

QList<LogLine> LogReader::read(bool& reset) {
    QList<LogLine> lines;
    const auto replaced = [&] {
        reset = true;
        seen_.clear();
    };
    log_.read(replaced, [&](std::string_view text) {
        LogLine line = readLogLine(text);
        line.rank = 0;
        if (line.time.isValid())
            seen_.insert(line.time.toString(QStringLiteral("HH:mm:ss.zzz")).toLatin1() +
                         line.text.toUtf8());
        lines << line;
    });
    QList<LogLine> launched;
    launch_.read(replaced, [&](std::string_view text) { readLaunchLine(text, launched); });
    for (LogLine& line : launched) {
        const bool is_first_rank = line.rank <= 0 && line.time.isValid();
        if (is_first_rank &&
            seen_.contains(line.time.toString(QStringLiteral("HH:mm:ss.zzz")).toLatin1() +
                           line.text.toUtf8()))
            continue;
        lines << line;
    }
    // Lines without a time stay where they were said.
    QDateTime last;
    for (LogLine& line : lines) {
        if (!line.time.isValid()) line.time = last;
        last = line.time;
    }
    std::ranges::stable_sort(lines,
                             [](const LogLine& a, const LogLine& b) { return a.time < b.time; });
    return lines;
}

}  // namespace univi::ui
