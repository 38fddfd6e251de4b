#pragma once

#include <QString>
#include <QStringList>

namespace univi::ui {

/// A turn that holds all words of a search, with the text around the first of them.
struct TurnHit {
    QString conversation;
    qint64 turn = 0;
    QString title;    ///< of the conversation
    QString snippet;  ///< one line
};

/// Some 90 characters of `text` on one line around the first place of any of `words`, which are
/// folded.
QString snippetOf(const QString& text, const QStringList& words);

}  // namespace univi::ui
