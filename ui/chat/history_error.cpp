#include "ui/chat/history_error.h"

#include <QSqlError>

namespace univi::ui {

HistoryFault faultOf(const QSqlError& error) {
    // SQLite's primary result codes; what Qt hands over may be an extended one.
    constexpr int kPerm = 3, kReadOnly = 8, kIoError = 10, kCorrupt = 11, kFull = 13,
                  kCantOpen = 14, kNotADatabase = 26;
    switch (error.nativeErrorCode().toInt() & 0xff) {
        case kCorrupt:
        case kNotADatabase:
            return HistoryFault::Damaged;
        case kPerm:
        case kReadOnly:
        case kIoError:
        case kFull:
        case kCantOpen:
            return HistoryFault::Unwritable;
        default:
            return HistoryFault::Other;
    }
}

}  // namespace univi::ui
