#pragma once

#include <QList>
#include <QString>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// The index of the newest of those turns that hold the most of the words of `search`, in question
/// or reply, whatever their case; -1: none holds any.
int turnWithMostOf(const QString& search, const QList<Turn>& turns);

}  // namespace univi::ui
