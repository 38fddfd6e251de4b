#pragma once

#include <QHash>
#include <QList>
#include <QObject>
#include <QSqlDatabase>
#include <atomic>

#include "ui/chat/turn_hit.h"

class QSqlQuery;

namespace univi::ui {

/// Searches where HistorySearch says: everything here runs on its thread.
class HistorySearchWorker : public QObject {
    Q_OBJECT
  public:
    /// `latest`: the number of the last search that was asked for; earlier ones are left out.
    HistorySearchWorker(const QString& file, const std::atomic<int>& latest);
    ~HistorySearchWorker() override;

    void find(int serial, const QString& words);

  Q_SIGNALS:
    void found(int serial, const QString& words, const QList<univi::ui::TurnHit>& hits);

  private:
    bool open();
    void index();
    QList<TurnHit> byIndex(const QStringList& words);
    QList<TurnHit> byText(const QStringList& words);
    QList<TurnHit> hitsOf(QSqlQuery& rows, const QStringList& words) const;
    void numberVersions(QList<TurnHit>& hits, const QList<qint64>& parents) const;

    QString file_, connection_;
    const std::atomic<int>& latest_;
    QSqlDatabase database_;
    bool has_index_ = false;
    qint64 version_ = -1;          ///< of the file, when it was indexed
    QHash<qint64, qint64> known_;  ///< length of the text of each turn in the index
};

}  // namespace univi::ui
