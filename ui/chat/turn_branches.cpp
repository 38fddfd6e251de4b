#include "ui/chat/turn_branches.h"

#include <QHash>
#include <QSet>
#include <algorithm>

namespace univi::ui {
namespace {

bool isOlder(const Turn& a, const Turn& b) {
    return a.id < b.id;
}

/// `turns` oldest first. A parent is always older than its children, so there are no circles.
void nameParents(QList<Turn>& turns) {
    QSet<qint64> known;
    for (Turn& turn : turns) {
        const bool lost =
            turn.parent != 0 && (turn.parent >= turn.id || !known.contains(turn.parent));
        if (lost) {
            const qint64 before = turn.parent > 0 ? std::min(turn.parent, turn.id) : turn.id;
            const auto next =
                std::ranges::lower_bound(turns, before, std::ranges::less{}, &Turn::id);
            turn.parent = next == turns.begin() ? 0 : std::prev(next)->id;
        }
        known.insert(turn.id);
    }
}

/// Turns beside the one at `index`, itself among them, oldest first.
QList<qint64> siblings(const Conversation& conversation, int index) {
    const Turn& turn = conversation.turns[index];
    QList<qint64> ids{turn.id};
    if (turn.id == 0) return ids;
    for (const Turn& other : conversation.others)
        if (other.parent == turn.parent && other.id != turn.id) ids << other.id;
    std::ranges::sort(ids);
    return ids;
}

}  // namespace

void sortBranches(Conversation& conversation, QList<Turn> all) {
    std::ranges::stable_sort(all, isOlder);
    nameParents(all);
    QHash<qint64, qsizetype> shown;  // of a parent, the place of the child that is shown
    for (qsizetype i = 0; i < all.size(); ++i) {
        const auto before = shown.constFind(all[i].parent);
        if (before == shown.cend() || all[i].chosen || !all[*before].chosen)
            shown.insert(all[i].parent, i);
    }
    conversation.turns.clear();
    conversation.others.clear();
    for (auto next = shown.constFind(0); next != shown.cend();
         next = shown.constFind(conversation.turns.last().id)) {
        conversation.turns << all[*next];
        conversation.turns.last().chosen = true;
    }
    for (qsizetype i = 0; i < all.size(); ++i) {
        all[i].chosen = shown.value(all[i].parent) == i;
        if (shownIndex(conversation, all[i].id) < 0) conversation.others << all[i];
    }
}

QList<Turn> allTurns(const Conversation& conversation) {
    QList<Turn> all = conversation.turns + conversation.others;
    if (!conversation.others.isEmpty()) std::ranges::stable_sort(all, isOlder);
    return all;
}

BranchPlace branchPlace(const Conversation& conversation, int index) {
    const QList<qint64> ids = siblings(conversation, index);
    return {int(ids.indexOf(conversation.turns[index].id)) + 1, int(ids.size())};
}

QList<Turn> versionsOf(const Conversation& conversation, int index) {
    const QList<qint64> ids = siblings(conversation, index);
    QList<Turn> versions{conversation.turns[index]};
    for (const Turn& other : conversation.others)
        if (ids.contains(other.id)) versions << other;
    std::ranges::sort(versions, isOlder);
    return versions;
}

qint64 turnBeside(const Conversation& conversation, int index, int step) {
    const QList<qint64> ids = siblings(conversation, index);
    return ids.value(ids.indexOf(conversation.turns[index].id) + step);
}

QList<Turn> showBranch(Conversation& conversation, qint64 turn) {
    QList<Turn> all = allTurns(conversation);
    QHash<qint64, qint64> parent_of;
    for (const Turn& one : all) parent_of.insert(one.id, one.parent);
    if (turn == 0 || !parent_of.contains(turn)) return {};
    QHash<qint64, qint64> chosen;  // the child to show, by parent, on the way to the turn
    for (qint64 id = turn; id != 0; id = parent_of.value(id))
        chosen.insert(parent_of.value(id), id);
    QList<Turn> changed;
    for (Turn& one : all) {
        const auto child = chosen.constFind(one.parent);
        if (child == chosen.cend() || one.chosen == (*child == one.id)) continue;
        one.chosen = *child == one.id;
        changed << one;
    }
    sortBranches(conversation, std::move(all));
    return changed;
}

int shownIndex(const Conversation& conversation, qint64 turn) {
    // Shown turns stand in the order of their ids.
    const auto found =
        std::ranges::lower_bound(conversation.turns, turn, std::ranges::less{}, &Turn::id);
    return found != conversation.turns.end() && found->id == turn
               ? int(found - conversation.turns.begin())
               : -1;
}

}  // namespace univi::ui
