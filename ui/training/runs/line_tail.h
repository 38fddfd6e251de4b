#pragma once

#include <QByteArray>
#include <QString>
#include <functional>
#include <string_view>

namespace univi::ui {

/// Follows a text file that another process appends to. Only whole lines are handed out: a torn
/// last one waits for its rest. A file that was replaced or cut short (another inode, fewer bytes)
/// is read again from its beginning.
class LineTail {
  public:
    explicit LineTail(QString path) : path_(std::move(path)) {}

    /// Begins that many bytes before the end instead, at the next line. Before the first read().
    void startNearEnd(qint64 bytes) { near_end_ = bytes; }

    /// Reads at most `budget` bytes more. `reset` is called before the first line of a file that
    /// was replaced. True when there is more to read at once.
    bool read(const std::function<void()>& reset, const std::function<void(std::string_view)>& line,
              qint64 budget = qint64{16} << 20);
    const QString& path() const { return path_; }
    qint64 offset() const { return offset_; }

  private:
    bool startAgainIfReplaced(qint64 size, quint64 inode);
    void handOut(const std::function<void(std::string_view)>& line);

    QString path_;
    QByteArray rest_;
    qint64 offset_ = 0, near_end_ = -1;
    quint64 inode_ = 0;
    bool skip_first_ = false;
};

}  // namespace univi::ui
