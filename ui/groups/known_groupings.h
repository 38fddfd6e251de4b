#pragma once

#include <QString>
#include <QStringList>
#include <list>

#include "core/protocol/token_groups.h"

namespace univi::ui {

/// The groupings of media that were seen so far: of the models that read them, and of a What if
/// that merged them otherwise. Forgets those whose file is gone, and those that were seen longest
/// ago. GUI thread.
class KnownGroupings {
  public:
    static constexpr std::size_t kMost = 16;

    /// Takes the groups of a whole medium, in place of what had that name. Others are left out.
    void keep(const QString& name, const protocol::TokenGroups& groups);
    /// Returns the names of the other groupings of the medium, the newest first.
    QStringList others(const protocol::TokenGroups& shown) const;
    /// Returns a grouping of the medium; null: it is not known (any more). Valid until the next
    /// keep().
    const protocol::TokenGroups* find(const QString& name,
                                      const protocol::TokenGroups& shown) const;

  private:
    struct Grouping {
        QString name;
        protocol::TokenGroups groups;
    };
    std::list<Grouping> groupings_;  ///< the newest first
};

}  // namespace univi::ui
