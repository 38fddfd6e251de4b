#pragma once

#include <QString>

#include "core/base/error.h"

class QSqlError;

namespace univi::ui {

/// What kind of thing is wrong with the history's file.
enum class HistoryFault {
    Damaged,     ///< its pages make no sense
    Unwritable,  ///< no right, no room, or a medium that fails
    Newer,       ///< written by a later version of the program
    Other
};

class HistoryError : public base::Error {
  public:
    HistoryError(HistoryFault fault, const QString& sentence)
        : base::Error(
              fault == HistoryFault::Damaged ? base::ErrorKind::Format : base::ErrorKind::File,
              sentence.toStdString()),
          fault_(fault) {}
    HistoryFault fault() const { return fault_; }

  private:
    HistoryFault fault_;
};

/// Returns what an error of the database means for the history.
HistoryFault faultOf(const QSqlError& error);

}  // namespace univi::ui
