#pragma once

#include <QList>
#include <QObject>
#include <QThread>
#include <atomic>

#include "ui/chat/turn_hit.h"

namespace univi::ui {

class HistorySearchWorker;

/// Full-text search in all turns of the history's file, on a thread of its own with a connection of
/// its own: the window never waits for it. Words are found by their beginnings in an index in
/// memory (SQLite's FTS5), which is brought up to date before each search; without FTS5, for
/// writing without spaces, and where that finds nothing, the text itself is looked through. A
/// search that begins ends the one before. GUI thread.
class HistorySearch : public QObject {
    Q_OBJECT
  public:
    explicit HistorySearch(const QString& file, QObject* parent = nullptr);
    ~HistorySearch() override;

    void find(const QString& words);

  Q_SIGNALS:
    /// Best first.
    void found(const QString& words, const QList<univi::ui::TurnHit>& hits);

  private:
    QThread thread_;
    HistorySearchWorker* worker_;
    std::atomic<int> serial_{0};
};

}  // namespace univi::ui
