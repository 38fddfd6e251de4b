#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>

#include "ui/chat/conversation_store.h"

// Conversations of thousands of turns, for the benches.
namespace univi::ui::test {

inline QString paragraph(int seed, int words) {
    static const char* const kWords[] = {"the",  "picture", "shows", "a",       "horse",  "beside",
                                         "two",  "trees",   "and",   "**one**", "red",    "car",
                                         "left", "of",      "`it`",  "which",   "drives", "slowly"};
    QString text;
    for (int i = 0; i < words; ++i)
        text += QString::fromLatin1(kWords[(seed * 31 + i * 7) % 18]) + ' ';
    return text.trimmed() + '.';
}

inline QString reply(int seed) {
    return paragraph(seed, 40 + seed % 60) + "\n\n- " + paragraph(seed, 6) + "\n- " +
           paragraph(seed + 1, 9) + "\n\n" + paragraph(seed + 2, 30);
}

/// A stored conversation of so many turns, written in one transaction.
inline QString makeConversation(ConversationStore& store, const QString& file, int turns) {
    QString id = ConversationStore::makeId();
    store.create(id, "Bench");
    Turn first;
    first.question = "First";
    store.addTurn(id, first);
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", "bench");
        database.setDatabaseName(file);
        database.open();
        database.transaction();
        QSqlQuery insert(database);
        insert.prepare(
            "INSERT INTO turns (conversation, question, reply, folded, error, state, "
            "finish, prompt_tokens, visual_tokens, first_token_s, tokens_per_s, "
            "created, options) SELECT conversation, ?, ?, '', error, 2, 'stop', 40, "
            "0, 0.5, 31, created, options FROM turns WHERE id = ?");
        for (int i = 1; i < turns; ++i) {
            insert.addBindValue(QString("Question %1: ").arg(i) + paragraph(i, 12));
            insert.addBindValue(reply(i));
            insert.addBindValue(first.id);
            insert.exec();
        }
        database.commit();
    }
    QSqlDatabase::removeDatabase("bench");
    return id;
}

}  // namespace univi::ui::test
