#include "ui/chat/conversation_store.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>
#include <QUuid>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "ui/chat/attention_store.h"
#include "ui/chat/history_database.h"
#include "ui/chat/history_opening.h"
#include "ui/chat/turn_branches.h"

namespace univi::ui {
namespace {

constexpr qsizetype kTitleLength = 60;
/// They are read in some milliseconds.
constexpr int kQuicklyReadTurns = 500;

/// The file's own place, also behind a link; empty when there is no data folder.
QString fileOrDefault(const QString& file) {
    QString path = file;
    try {
        if (path.isEmpty())
            path = QString::fromStdString((base::data_folder() / "conversations.sqlite").string());
    } catch (const base::Error& error) {
        base::log_warning(error.what());
        return {};
    }
    const QString real = QFileInfo(path).canonicalFilePath();
    return real.isEmpty() ? path : real;
}

}  // namespace

QString titleFromQuestion(const QString& question) {
    const QString line = question.trimmed().section(QLatin1Char('\n'), 0, 0).simplified();
    if (line.size() <= kTitleLength) return line;
    const qsizetype space = line.lastIndexOf(QLatin1Char(' '), kTitleLength);
    return line.left(space > kTitleLength / 2 ? space : kTitleLength) + QChar(0x2026);
}

ConversationStore::ConversationStore(const QString& file, QObject* parent)
    : QObject(parent), file_(fileOrDefault(file)) {
    open(false);
}

ConversationStore::~ConversationStore() = default;

bool ConversationStore::isOnDisk() const {
    return database_ && !database_->isInMemory();
}

void ConversationStore::open(bool sureOfDamage) {
    notice_.clear();
    if (file_.isEmpty())
        return keepInMemory(tr("There is no folder for data (HOME is not set), so conversations "
                               "are kept only until the program ends."),
                            false);
    QDir().mkpath(QFileInfo(file_).absolutePath());
    try {
        OpenedHistory opened = openHistory(file_, sureOfDamage);
        database_ = std::move(opened.database);
        notice_ = opened.notice;
    } catch (const HistoryError& error) {
        base::log_error(error.what());
        const bool newer = error.fault() == HistoryFault::Newer;
        keepInMemory(
            newer ? tr("%1 Conversations of this session are kept only until the program ends.")
                        .arg(QString::fromUtf8(error.what()))
                  : tr("%1 cannot be written, so conversations are kept only until the program "
                       "ends; check the rights and the free space of its folder.")
                        .arg(file_),
            !newer);
    }
}

/// Conversations of the file stay to be seen, as far as it can be read.
void ConversationStore::keepInMemory(const QString& sentence, bool canReturn) {
    database_.reset();
    can_return_ = canReturn;
    notice_ = sentence;
    try {
        database_ = std::make_unique<HistoryDatabase>(QString());
        if (canReturn) fillHistory(*database_, readDamagedHistory(file_));
    } catch (const HistoryError& error) {
        base::log_error(error.what());
    }
}

/// Does `work`, once more after a fault that could be mended.
bool ConversationStore::attempt(const Work& work) {
    QString sentence = tr("Conversations cannot be kept: install the program whole.");
    for (const bool first : {true, false}) {
        if (!database_) break;
        try {
            work(*database_);
            return true;
        } catch (const HistoryError& error) {
            if (first && mend(error)) continue;
            sentence = QString::fromUtf8(error.what());
            break;
        }
    }
    base::log_error(sentence.toStdString());
    Q_EMIT failed(sentence);
    return false;
}

bool ConversationStore::mend(const HistoryError& error) {
    const bool mendable =
        error.fault() == HistoryFault::Damaged || error.fault() == HistoryFault::Unwritable;
    if (!mendable || !isOnDisk()) return false;
    base::log_warning(error.what());
    database_.reset();
    if (error.fault() == HistoryFault::Damaged)
        open(true);
    else
        keepInMemory(tr("Conversations can no longer be written to %1 and are kept in memory; "
                        "check the rights and the free space of its folder.")
                         .arg(file_),
                     true);
    // Queued: who hears of it writes into the store, which is in the middle of a call.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (!notice_.isEmpty()) Q_EMIT noticed(notice_);
            Q_EMIT reopened();
            Q_EMIT changed();
        },
        Qt::QueuedConnection);
    return database_ != nullptr;
}

/// A change of one conversation, all of it or nothing.
bool ConversationStore::change(const QString& conversation, const Work& work) {
    const bool done = attempt(
        [&](HistoryDatabase& database) { database.inTransaction([&] { work(database); }); });
    if (!isOnDisk()) {
        kept_in_memory_.insert(conversation);
        removed_in_memory_.remove(conversation);
    }
    return done;
}

/// Writes what was kept in memory as soon as the file takes it.
void ConversationStore::returnToDisk() {
    if (isOnDisk() || !can_return_ || !database_) return;
    try {
        QDir().mkpath(QFileInfo(file_).absolutePath());
        auto disk = openHistory(file_, false).database;
        disk->inTransaction([&] {
            for (const QString& id : removed_in_memory_) disk->remove(id);
            for (const QString& id : kept_in_memory_) {
                if (const auto conversation = database_->read(id)) disk->keep(*conversation);
                disk->setDraft(id, database_->draft(id));
            }
        });
        database_ = std::move(disk);
    } catch (const HistoryError&) {
        return;
    }
    kept_in_memory_.clear();
    removed_in_memory_.clear();
    notice_.clear();
    Q_EMIT noticed(tr("Conversations are written to %1 again.").arg(file_));
}

QString ConversationStore::makeId() {
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

ConversationInfo ConversationStore::create(const QString& id, const QString& title) {
    const ConversationInfo info{id, freeTitle(title, id), QDateTime::currentDateTimeUtc()};
    change(id, [&](HistoryDatabase& database) { database.create(info); });
    Q_EMIT changed();
    return info;
}

std::optional<Conversation> ConversationStore::read(const QString& id) {
    std::optional<Conversation> found;
    attempt([&](HistoryDatabase& database) { found = database.read(id); });
    return found;
}

bool ConversationStore::isLong(const QString& id) {
    bool is_long = false;
    attempt([&](HistoryDatabase& database) {
        is_long = !database.isInMemory() && database.turns().areMoreThan(kQuicklyReadTurns, id);
    });
    return is_long;
}

QList<ConversationInfo> ConversationStore::list(const QString& words) {
    QList<ConversationInfo> found;
    attempt([&](HistoryDatabase& database) { found = database.list(words); });
    return found;
}

void ConversationStore::rename(const QString& id, const QString& title) {
    change(id, [&](HistoryDatabase& database) { database.rename(id, title, true); });
    Q_EMIT changed();
}

void ConversationStore::setPinned(const QString& id, bool pinned) {
    change(id, [&](HistoryDatabase& database) { database.setPinned(id, pinned); });
    Q_EMIT changed();
}

void ConversationStore::setSettings(const QString& id, const ChatSettings& settings) {
    change(id, [&](HistoryDatabase& database) { database.setSettings(id, settings); });
}

QList<ConversationFolder> ConversationStore::folders() {
    QList<ConversationFolder> found;
    attempt([&](HistoryDatabase& database) { found = database.folders(); });
    std::ranges::sort(found, [](const auto& a, const auto& b) {
        return QString::localeAwareCompare(a.name, b.name) < 0;
    });
    return found;
}

void ConversationStore::changeFolders(const Work& work) {
    attempt([&](HistoryDatabase& database) { database.inTransaction([&] { work(database); }); });
    Q_EMIT changed();
}

void ConversationStore::addFolder(const QString& name) {
    changeFolders([&](HistoryDatabase& database) { database.addFolder(name); });
}

void ConversationStore::renameFolder(const QString& name, const QString& to) {
    changeFolders([&](HistoryDatabase& database) { database.renameFolder(name, to); });
}

void ConversationStore::removeFolder(const QString& name) {
    changeFolders([&](HistoryDatabase& database) { database.removeFolder(name); });
}

void ConversationStore::setFolderClosed(const QString& name, bool closed) {
    changeFolders([&](HistoryDatabase& database) { database.setFolderClosed(name, closed); });
}

void ConversationStore::setFolder(const QString& id, const QString& folder) {
    change(id, [&](HistoryDatabase& database) { database.setFolder(id, folder); });
    Q_EMIT changed();
}

QString ConversationStore::suggestTitle(const QString& id, const QString& title) {
    const QString free = freeTitle(title, id);
    change(id, [&](HistoryDatabase& database) { database.rename(id, free, false); });
    Q_EMIT changed();
    return free;
}

/// "What is this? (2)" where another conversation than `id` has that title.
QString ConversationStore::freeTitle(const QString& title, const QString& id) {
    QSet<QString> taken;
    for (const ConversationInfo& info : list())
        if (info.id != id) taken.insert(info.title);
    static const QRegularExpression kNumber(QStringLiteral(" \\(\\d{1,6}\\)$"));
    const QString plain = QString(title).remove(kNumber);
    QString free = title;
    for (int i = 2; taken.contains(free); ++i) free = QStringLiteral("%1 (%2)").arg(plain).arg(i);
    return free;
}

void ConversationStore::remove(const QString& id) {
    change(id, [&](HistoryDatabase& database) { database.remove(id); });
    if (!isOnDisk()) {
        kept_in_memory_.remove(id);
        removed_in_memory_.insert(id);
    }
    Q_EMIT changed();
}

void ConversationStore::restore(const Conversation& conversation) {
    keep(conversation);
    Q_EMIT changed();
}

QString ConversationStore::addCopy(const Conversation& conversation) {
    QHash<qint64, qint64> ids;
    return addCopy(conversation, ids);
}

QString ConversationStore::addCopy(const Conversation& conversation, QHash<qint64, qint64>& ids) {
    ConversationInfo info = conversation.info;
    info.id = makeId();
    info.updated = QDateTime::currentDateTimeUtc();
    info.pinned = false;
    info.title = freeTitle(info.title, info.id);
    const bool done = change(info.id, [&](HistoryDatabase& database) {
        ids.clear();
        database.create(info);
        if (conversation.titled_by_user) database.rename(info.id, info.title, true);
        if (!info.folder.isEmpty()) database.setFolder(info.id, info.folder);
        if (!conversation.settings.isEmpty()) database.setSettings(info.id, conversation.settings);
        for (Turn turn : allTurns(conversation)) {
            const qint64 before = std::exchange(turn.id, 0);
            turn.parent = ids.value(turn.parent, turn.parent < 0 ? -1 : 0);
            database.turns().add(info.id, turn);
            ids.insert(before, turn.id);
        }
    });
    Q_EMIT changed();
    return done ? info.id : QString();
}

QString ConversationStore::duplicate(const QString& id) {
    const std::optional<Conversation> conversation = read(id);
    if (!conversation) return {};
    Conversation copy = *conversation;
    copy.info.title = tr("%1 (copy)").arg(copy.info.title);
    copy.titled_by_user = true;
    QHash<qint64, qint64> ids;
    const QString made = addCopy(copy, ids);
    for (auto turn = ids.cbegin(); !made.isEmpty() && turn != ids.cend(); ++turn)
        if (const QByteArray packed = attention().get(id, turn.key()); !packed.isEmpty())
            attention().set(made, turn.value(), packed);
    return made;
}

void ConversationStore::keep(const Conversation& conversation) {
    change(conversation.info.id, [&](HistoryDatabase& database) { database.keep(conversation); });
}

void ConversationStore::addTurn(const QString& conversation, Turn& turn) {
    change(conversation, [&](HistoryDatabase& database) { database.addTurn(conversation, turn); });
    returnToDisk();
    Q_EMIT changed();
}

void ConversationStore::updateTurn(const QString& conversation, const Turn& turn) {
    change(conversation,
           [&](HistoryDatabase& database) { database.updateTurn(conversation, turn); });
}

void ConversationStore::removeTurn(const QString& conversation, qint64 turn) {
    change(conversation,
           [&](HistoryDatabase& database) { database.turns().remove(conversation, turn); });
}

void ConversationStore::setChosen(const QString& conversation, const QList<Turn>& turns) {
    change(conversation, [&](HistoryDatabase& database) { database.turns().setChosen(turns); });
}

void ConversationStore::setTurnMedia(const QString& conversation, const Turn& turn) {
    change(conversation, [&](HistoryDatabase& database) { database.turns().setMedia(turn); });
}

void ConversationStore::moveMedium(const QString& from, const QString& to) {
    attempt([&](HistoryDatabase& database) { database.turns().moveMedium(from, to); });
    Q_EMIT mediumMoved(from, to);
}

Draft ConversationStore::draft(const QString& id) {
    Draft draft;
    attempt([&](HistoryDatabase& database) { draft = database.draft(id); });
    return draft;
}

void ConversationStore::setDraft(const QString& id, const Draft& draft) {
    change(id, [&](HistoryDatabase& database) { database.setDraft(id, draft); });
}

AttentionStore& ConversationStore::attention() {
    if (attention_) return *attention_;
    const QFileInfo file(file_);
    attention_ = std::make_unique<AttentionStore>(
        isOnDisk()
            ? file.dir().filePath(file.completeBaseName() + QStringLiteral("-attention.sqlite"))
            : QStringLiteral(":memory:"));
    // A removed conversation can be taken back while the program runs; now nobody can any more.
    QSet<QString> known;
    for (const ConversationInfo& info : list()) known.insert(info.id);
    if (!known.isEmpty()) attention_->keepOnly(known);
    return *attention_;
}

}  // namespace univi::ui
