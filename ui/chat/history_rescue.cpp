#include "ui/chat/history_rescue.h"

#include <unistd.h>

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QMap>
#include <algorithm>

#include "core/base/error.h"
#include "ui/chat/generation_json.h"
#include "ui/chat/sqlite_pages.h"
#include "ui/chat/turn_branches.h"

namespace univi::ui {
namespace {

using Values = std::vector<SqliteValue>;

/// The columns of each table in the order of HistoryDatabase's. Later versions add columns
/// at the end.
enum ConversationColumn {
    Id,
    Title,
    TitledByUser,
    Folded,
    Created,
    Updated,
    ConversationColumns,
    Pinned = ConversationColumns,
    Folder,
    SettingsText,
    SettingsModel
};
enum TurnColumn {
    TurnId,
    OfConversation,
    QuestionText,
    ReplyText,
    FoldedText,
    ErrorText,
    StateNumber,
    FinishWord,
    PromptTokens,
    VisualTokens,
    FirstToken,
    TokensPerSecond,
    TurnCreated,
    OptionsText,
    TurnColumns,
    ModelName = TurnColumns,  // a row from before such a column came is shorter
    Parent,
    Chosen,
    ReplyTokens,
    DroppedTurns,
    DroppedMedia
};
enum MediaColumn { OfTurn, Position, Path, MediaColumns, Clip = MediaColumns };
enum DraftColumn { OfChat, DraftText, DraftMedia, DraftColumns };

bool isText(const Values& values, std::size_t at) {
    return std::holds_alternative<std::string>(values[at]);
}
bool isWhole(const Values& values, std::size_t at) {
    return std::holds_alternative<std::int64_t>(values[at]);
}
/// SQLite stores a real without a fraction as an integer.
bool isNumber(const Values& values, std::size_t at) {
    return isWhole(values, at) || std::holds_alternative<double>(values[at]);
}

QString textAt(const Values& values, std::size_t at) {
    return QString::fromStdString(std::get<std::string>(values[at]));
}
qint64 wholeAt(const Values& values, std::size_t at) {
    return std::get<std::int64_t>(values[at]);
}
double realAt(const Values& values, std::size_t at) {
    if (const auto* real = std::get_if<double>(&values[at])) return *real;
    return double(wholeAt(values, at));
}
QDateTime timeAt(const Values& values, std::size_t at) {
    return QDateTime::fromMSecsSinceEpoch(wholeAt(values, at), Qt::UTC);
}

/// A conversation's id: a short word, as ConversationStore::makeId writes it.
bool isId(const Values& values, std::size_t at) {
    if (!isText(values, at)) return false;
    const std::string& id = std::get<std::string>(values[at]);
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '_';
    });
}

bool isConversation(const Values& v) {
    return v.size() >= ConversationColumns && v.size() < TurnColumns && isId(v, Id) &&
           isText(v, Title) && isWhole(v, TitledByUser) && isText(v, Folded) &&
           isWhole(v, Created) && isWhole(v, Updated);
}

bool isTurn(const Values& v) {
    if (v.size() < TurnColumns || !std::holds_alternative<std::monostate>(v[TurnId])) return false;
    for (const std::size_t at :
         {QuestionText, ReplyText, FoldedText, ErrorText, FinishWord, OptionsText})
        if (!isText(v, at)) return false;
    for (const std::size_t at : {StateNumber, PromptTokens, VisualTokens, TurnCreated})
        if (!isWhole(v, at)) return false;
    return isId(v, OfConversation) && isNumber(v, FirstToken) && isNumber(v, TokensPerSecond);
}

bool isMedium(const Values& v) {
    return (v.size() == MediaColumns || (v.size() == Clip + 1 && isText(v, Clip))) &&
           isWhole(v, OfTurn) && isWhole(v, Position) && isText(v, Path);
}

bool isDraft(const Values& v) {
    return v.size() == DraftColumns && isText(v, OfChat) && isText(v, DraftText) &&
           isText(v, DraftMedia) && (textAt(v, OfChat).isEmpty() || isId(v, OfChat));
}

Turn turnFrom(const SqliteRow& row) {
    const Values& v = row.values;
    Turn turn;
    turn.id = row.rowid;
    turn.question = textAt(v, QuestionText);
    turn.reply = textAt(v, ReplyText);
    turn.error = textAt(v, ErrorText);
    turn.state =
        Turn::State(std::clamp<qint64>(wholeAt(v, StateNumber), 0, int(Turn::State::Queued)));
    turn.finish = textAt(v, FinishWord);
    turn.prompt_tokens = int(wholeAt(v, PromptTokens));
    turn.visual_tokens = int(wholeAt(v, VisualTokens));
    turn.first_token_s = realAt(v, FirstToken);
    turn.tokens_per_s = realAt(v, TokensPerSecond);
    turn.created = timeAt(v, TurnCreated);
    turn.options = generationFromJson(textAt(v, OptionsText));
    if (v.size() > ModelName && isText(v, ModelName)) turn.model = textAt(v, ModelName);
    if (v.size() > Chosen && isWhole(v, Parent) && isWhole(v, Chosen)) {
        turn.parent = wholeAt(v, Parent);
        turn.chosen = wholeAt(v, Chosen) != 0;
    }
    if (v.size() > ReplyTokens && isWhole(v, ReplyTokens))
        turn.reply_tokens = int(wholeAt(v, ReplyTokens));
    return turn;
}

/// Sorts rows into what they are, then puts them together.
class Collector {
  public:
    void take(const SqliteRow& row) {
        const Values& v = row.values;
        if (isTurn(v))
            turns_[textAt(v, OfConversation)].insert(row.rowid, turnFrom(row));
        else if (isConversation(v))
            takeConversation(v);
        else if (isMedium(v))
            media_[wholeAt(v, OfTurn)].insert(
                wholeAt(v, Position),
                {textAt(v, Path),
                 v.size() > Clip ? clipFromText(textAt(v, Clip)) : base::ClipRange()});
        else if (isDraft(v))
            takeDraft(v);
    }

    RescuedHistory result() {
        for (auto turns = turns_.cbegin(); turns != turns_.cend(); ++turns)
            addTurns(turns.key(), turns->values());
        for (Conversation& conversation : found_) history_.conversations << conversation;
        return history_;
    }

  private:
    void takeConversation(const Values& v) {
        Conversation& conversation = found_[textAt(v, Id)];
        conversation.info = {textAt(v, Id), textAt(v, Title), timeAt(v, Updated)};
        conversation.titled_by_user = wholeAt(v, TitledByUser) != 0;
        if (v.size() > Pinned && isWhole(v, Pinned))
            conversation.info.pinned = wholeAt(v, Pinned) != 0;
        if (v.size() <= SettingsModel || !isText(v, Folder) || !isText(v, SettingsText) ||
            !isText(v, SettingsModel))
            return;
        conversation.info.folder = textAt(v, Folder);
        if (const QString options = textAt(v, SettingsText); !options.isEmpty())
            conversation.settings.generation = generationFromJson(options);
        conversation.settings.model = modelFromJson(textAt(v, SettingsModel));
    }

    void takeDraft(const Values& v) {
        Draft draft{textAt(v, DraftText), {}};
        for (const QJsonValue& file :
             QJsonDocument::fromJson(textAt(v, DraftMedia).toUtf8()).array())
            draft.media << mediumFromJson(file);
        history_.drafts.insert(textAt(v, OfChat), draft);
    }

    void addTurns(const QString& id, QList<Turn> turns) {
        for (Turn& turn : turns) turn.media = media_.value(turn.id).values();
        Conversation& conversation = found_[id];
        if (conversation.info.id.isEmpty())
            conversation.info = {id, titleFromQuestion(turns.first().question),
                                 turns.last().created};
        sortBranches(conversation, std::move(turns));
    }

    QMap<QString, Conversation> found_;
    QMap<QString, QMap<qint64, Turn>> turns_;    ///< by conversation and id
    QHash<qint64, QMap<qint64, Medium>> media_;  ///< by turn and position
    RescuedHistory history_;
};

}  // namespace

qsizetype RescuedHistory::questions() const {
    qsizetype count = 0;
    for (const Conversation& conversation : conversations)
        count += conversation.turns.size() + conversation.others.size();
    return count;
}

RescuedHistory readDamagedHistory(const QString& file) {
    Collector collector;
    try {
        if (QFileInfo(file).isFile())
            visitSqliteRows(file, [&](const SqliteRow& row) { collector.take(row); });
    } catch (const base::Error&) {
        // Not to be opened: nothing to save.
    }
    return collector.result();
}

bool replaceHistory(const QString& file, const QString& fresh, const QString& aside) {
    const QByteArray from = QFile::encodeName(file), to = QFile::encodeName(aside);
    // Two names for the old file first, so that the new one can take its place in one step.
    if (::link(from.constData(), to.constData()) != 0 &&
        ::rename(from.constData(), to.constData()) != 0)
        return false;
    QFile::rename(file + QStringLiteral("-wal"), aside + QStringLiteral("-wal"));
    QFile::remove(file + QStringLiteral("-shm"));
    return ::rename(QFile::encodeName(fresh).constData(), from.constData()) == 0;
}

}  // namespace univi::ui
