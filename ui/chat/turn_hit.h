#pragma once

#include <QString>
#include <QStringList>

namespace univi::ui {

/// A turn that holds all words of a search, with the text around the first of them.
struct TurnHit {
    QString conversation;
    qint64 turn = 0;
    QString title;                  ///< of the conversation
    QString snippet;                ///< one line
    int version = 1, versions = 1;  ///< which it is of the turns that stand beside one another
};

/// Some 90 characters of a turn on one line around the first place of any of `words`, which are
/// folded. A sign stands between question and reply.
QString snippetOf(const QString& question, const QString& reply, const QStringList& words);

}  // namespace univi::ui
