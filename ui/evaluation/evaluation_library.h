#pragma once

#include <QString>
#include <QStringList>
#include <memory>
#include <vector>

#include "core/eval/table.h"

namespace univi::ui {

/// The results the page shows: those of the data folder's evaluations and those opened from
/// elsewhere, by task, newest last.
class EvaluationLibrary {
  public:
    struct Entry {
        QString file;
        eval::Results results;
    };

    /// Reads the results of the data folder's evaluation/ that are new; opened ones stay. True when
    /// there were any. Entries never move while they are open.
    bool scan();
    /// Adds or replaces one. Returns one sentence when it cannot be read, else nothing.
    QString open(const QString& file);
    void close(const QString& file);

    std::vector<const Entry*> of(eval::Task task) const;
    bool isEmpty() const { return entries_.empty(); }

  private:
    std::vector<std::unique_ptr<const Entry>> entries_;
};

}  // namespace univi::ui
