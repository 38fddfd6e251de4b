#pragma once

#include <QList>

#include "ui/chat/conversation.h"

namespace univi::ui {

// A conversation is a tree: asking again and editing a question put a new turn beside the old one,
// and what followed stays with the old one. One way from a first turn down is shown.

/// Parts all turns of a conversation into those that are shown and the others, and names the parent
/// of each. A turn whose parent is not known follows the one that was stored before it; where a
/// parent is lost, its children follow what was stored before that. Of turns with the same parent
/// the chosen one is shown, or the newest.
void sortBranches(Conversation& conversation, QList<Turn> all);

/// All turns of a conversation, oldest first.
QList<Turn> allTurns(const Conversation& conversation);

/// Which one a turn is of those with the same parent; the first is number 1.
struct BranchPlace {
    int number = 1, count = 1;
    bool operator==(const BranchPlace&) const = default;
};
BranchPlace branchPlace(const Conversation& conversation, int index);

/// The turns with the same parent as the shown one at `index`, itself among them, oldest first.
QList<Turn> versionsOf(const Conversation& conversation, int index);

/// The id of the turn that stands `step` places beside the shown one at `index`; 0: there is none.
qint64 turnBeside(const Conversation& conversation, int index, int step);

/// Shows the branch that a turn is on. Returns the turns that are chosen now and were not, or the
/// other way round; none when it is shown already or not known.
QList<Turn> showBranch(Conversation& conversation, qint64 turn);

/// The place of a turn among those that are shown; -1: it is not.
int shownIndex(const Conversation& conversation, qint64 turn);

}  // namespace univi::ui
