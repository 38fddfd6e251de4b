#pragma once

#include <QCoreApplication>
#include <QSqlDatabase>
#include <QString>
#include <QVariantList>
#include <functional>

class QSqlQuery;

namespace univi::ui {

struct SchemaStep;

/// The SQLite file of the history, or one in memory, with its tables brought up to date. Every
/// function throws HistoryError. One thread.
class HistoryConnection {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::HistoryConnection)
  public:
    enum class Access : quint8 {
        Write,
        Read  ///< of a file that is there and up to date; nothing of it changes, nobody waits
    };
    /// Opens `file`, or makes it; an empty name keeps everything in memory.
    explicit HistoryConnection(const QString& file, Access access = Access::Write);
    ~HistoryConnection();
    HistoryConnection(const HistoryConnection&) = delete;
    HistoryConnection& operator=(const HistoryConnection&) = delete;

    bool isInMemory() const { return file_.isEmpty(); }
    /// Looks through the pages; `thoroughly`: also compares the indexes with their tables.
    bool isWhole(bool thoroughly);
    QSqlQuery run(const QString& sql, const QVariantList& values = {});
    /// Either all of `work` happens or nothing.
    void inTransaction(const std::function<void()>& work);

  private:
    void open(Access access);
    void prepareToWrite();
    void checkWritable();
    void migrate(Access access);
    void take(const SchemaStep& step);
    int version();

    QSqlDatabase database_;
    QString connection_, file_;
};

/// Throws when the rows end because of damage; a query that ends so looks like its last row.
void throwIfCutOff(const QSqlQuery& rows);

}  // namespace univi::ui
