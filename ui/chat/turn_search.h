#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// The words of what was typed into a search, folded.
QStringList wordsOf(const QString& search);

/// A part of a text, in UTF-16 units.
struct TextPlace {
    qsizetype start = 0, length = 0;
    bool operator==(const TextPlace&) const = default;
};
/// Where any of the words stand in a text, whatever their case, from its start to its end, none
/// over another.
QList<TextPlace> placesOf(const QStringList& words, const QString& text);

/// The id of the turn that a search is about: of those that hold the most of its words, one that is
/// shown before one that is not, then the newest. 0: none holds any.
qint64 turnFoundBy(const QString& search, const Conversation& conversation);

/// The index of the newest of those turns that hold the most of the words of `search`, in question
/// or reply, whatever their case; -1: none holds any.
int turnWithMostOf(const QString& search, const QList<Turn>& turns);

}  // namespace univi::ui
