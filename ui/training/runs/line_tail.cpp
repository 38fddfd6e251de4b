#include "ui/training/runs/line_tail.h"

#include <sys/stat.h>

#include <QFile>
#include <algorithm>

namespace univi::ui {
namespace {

constexpr qint64 kLongestLine = qint64{8} << 20;  ///< a longer one is none of ours

}  // namespace

/// Returns whether another file, or a shorter one, stands where the one that was read stood.
bool LineTail::startAgainIfReplaced(qint64 size, quint64 inode) {
    const bool is_first_look = inode_ == 0;
    const bool is_replaced = (!is_first_look && inode != inode_) || size < offset_;
    inode_ = inode;
    if (is_replaced) {
        offset_ = 0;
        rest_.clear();
        skip_first_ = false;
    }
    if (is_first_look && near_end_ >= 0 && size > near_end_) {
        offset_ = size - near_end_;
        skip_first_ = true;
    }
    return is_replaced;
}

/// Hands out the whole lines of what was read; what is too long to be one is dropped.
void LineTail::handOut(const std::function<void(std::string_view)>& line) {
    qsizetype begin = 0;
    for (qsizetype end; (end = rest_.indexOf('\n', begin)) >= 0; begin = end + 1) {
        if (skip_first_)
            skip_first_ = false;
        else
            line(std::string_view(rest_.constData() + begin, std::size_t(end - begin)));
    }
    rest_.remove(0, begin);
    if (rest_.size() > kLongestLine) {
        rest_.clear();
        skip_first_ = true;
    }
}

bool LineTail::read(const std::function<void()>& reset,
                    const std::function<void(std::string_view)>& line, qint64 budget) {
    QFile file(path_);
    if (!file.open(QIODevice::ReadOnly)) return false;
    struct stat facts = {};
    if (::fstat(file.handle(), &facts) != 0) return false;
    const auto size = qint64(facts.st_size);
    if (startAgainIfReplaced(size, quint64(facts.st_ino)) && reset) reset();
    if (size == offset_ || !file.seek(offset_)) return false;
    const QByteArray bytes = file.read(std::min(budget, size - offset_));
    offset_ += bytes.size();
    rest_ += bytes;
    handOut(line);
    return !bytes.isEmpty() && offset_ < size;
}

}  // namespace univi::ui
