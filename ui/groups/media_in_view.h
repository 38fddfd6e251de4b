#pragma once

#include <QList>
#include <map>

#include "core/protocol/token_groups.h"

namespace univi::ui {

/// The media of a conversation whose groups are known, by number, and which of them is looked at:
/// the newest, the one that a person chose, or for a while the one that is pointed at elsewhere.
class MediaInView {
  public:
    /// Takes new or more complete groups; those of a new medium are looked at. Returns whether it
    /// is new.
    bool keep(const protocol::TokenGroups& groups);
    /// Takes others in place of all, under other numbers. Who looked at the newest looks at the
    /// newest again, else at the same medium as long as it is there.
    void reset(const QList<protocol::TokenGroups>& all);
    void clear() { *this = {}; }
    /// Looks at a medium that is known.
    void choose(int medium);
    /// Looks at another one until -1 ends that.
    void peek(int medium);
    /// What is looked at; null: nothing is known.
    const protocol::TokenGroups* shown() const;

  private:
    const protocol::TokenGroups* find(int medium) const;
    int newest() const { return media_.empty() ? -1 : media_.rbegin()->first; }
    int numberOf(const protocol::TokenGroups* medium) const;

    std::map<int, protocol::TokenGroups> media_;
    int chosen_ = -1, peeked_ = -1;
};

}  // namespace univi::ui
