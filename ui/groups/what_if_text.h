#pragma once

#include <QString>
#include <vector>

#include "core/protocol/engine_protocol.h"

namespace univi::ui {

/// A fall of the log-probability below this says little: it glows weakly, however it ranks.
inline constexpr float kNoticedFall = 0.1F;

// What a What if shows of its answers, as HTML. Links have the visual token that they lead to as
// their address, or one of these words.
inline constexpr QLatin1String kGroupsLink("groups"), kEndLink("end");

/// Both answers beside each other, with what only one says in bold. `changed`: null while it is
/// awaited; `change`: what was changed; `groups_are_shown`: those of the variant, beside the
/// medium's own.
QString answersText(const protocol::WhatIfEvent& first, const protocol::WhatIfEvent* changed,
                    const QString& change, bool groups_are_shown);

/// What the answer misses most, and what it is likelier without. `ranking`: the largest fall first.
QString rankingText(const protocol::WhatIfEvent& first,
                    const std::vector<protocol::WhatIfEvent>& ranking);

/// "As it is", with the first answer.
QString firstAnswer(const protocol::WhatIfEvent& first);

}  // namespace univi::ui
