#include "ui/chat/history_opening.h"

#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>
#include <utility>

#include "ui/text/translate.h"

namespace univi::ui {
namespace {

/// Files up to this size are looked through at every start (some 50 ms); damage in a larger one
/// shows when it is read.
constexpr qint64 kCheckedBytes = qint64{64} << 20, kThoroughlyCheckedBytes = qint64{8} << 20;
constexpr int kOtherStartMs = 30'000;

/// Null: it is damaged.
std::unique_ptr<HistoryDatabase> openIfWhole(const QString& file, bool check) {
    const QFileInfo info(file);
    if (info.exists() && !info.isFile()) return nullptr;
    try {
        auto database = std::make_unique<HistoryDatabase>(file);
        const bool checked = check || info.size() <= kCheckedBytes;
        const bool whole =
            !checked || database->isWhole(check || info.size() <= kThoroughlyCheckedBytes);
        return whole ? std::move(database) : nullptr;
    } catch (const HistoryError& error) {
        if (error.fault() != HistoryFault::Damaged) throw;
        return nullptr;
    }
}

OpenedHistory rescue(const QString& file) {
    const RescuedHistory history = readDamagedHistory(file);
    const QString aside =
        file + QStringLiteral(".broken-%1").arg(QDateTime::currentMSecsSinceEpoch());
    const QString fresh = file + QStringLiteral(".new");
    for (const char* part : {"", "-wal", "-shm"}) QFile::remove(fresh + QLatin1String(part));
    fillHistory(*std::make_unique<HistoryDatabase>(fresh), history);
    if (!replaceHistory(file, fresh, aside))
        throw HistoryError(HistoryFault::Unwritable,
                           tr("The damaged file %1 cannot be set aside.").arg(file));
    const QString name = QFileInfo(aside).fileName();
    const QString notice =
        history.conversations.isEmpty()
            ? tr("The conversations could not be read; their file was kept as %1 and a new one "
                 "was begun.")
                  .arg(name)
            : tr("The file of the conversations was damaged: %n question(s) could be read and "
                 "are here, and the damaged file was kept as %1.",
                 nullptr, int(history.questions()))
                  .arg(name);
    return {std::make_unique<HistoryDatabase>(file), notice};
}

}  // namespace

OpenedHistory openHistory(const QString& file, bool sure_of_damage) {
    if (auto database = openIfWhole(file, sure_of_damage)) return {std::move(database), {}};
    // Another start of the program may be mending it at this moment.
    QLockFile lock(file + QStringLiteral(".lock"));
    lock.tryLock(kOtherStartMs);
    if (auto database = openIfWhole(file, sure_of_damage)) return {std::move(database), {}};
    return rescue(file);
}

void fillHistory(HistoryDatabase& database, const RescuedHistory& history) {
    database.inTransaction([&] {
        for (const Conversation& conversation : history.conversations) database.keep(conversation);
        for (auto draft = history.drafts.cbegin(); draft != history.drafts.cend(); ++draft)
            database.setDraft(draft.key(), draft.value());
    });
}

}  // namespace univi::ui
