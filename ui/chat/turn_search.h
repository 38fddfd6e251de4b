#pragma once

#include <QList>
#include <QString>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// The id of the turn that a search is about: of those that hold the most of its words, one that is
/// shown before one that is not, then the newest. 0: none holds any.
qint64 turnFoundBy(const QString& search, const Conversation& conversation);

/// The index of the newest of those turns that hold the most of the words of `search`, in question
/// or reply, whatever their case; -1: none holds any.
int turnWithMostOf(const QString& search, const QList<Turn>& turns);

}  // namespace univi::ui
