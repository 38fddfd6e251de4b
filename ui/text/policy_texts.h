#pragma once

#include "ui/text/translate.h"

namespace univi::ui {

struct ContextPolicyTexts {
    QString keep_media, drop_media, refuse;
};

/// What is done when a conversation no longer fits the model's context, in the words of every place
/// where that is chosen.
inline ContextPolicyTexts contextPolicyTexts() {
    return {tr("Leave out old turns, keep media"), tr("Leave out old turns and media"),
            tr("Say so and ask nothing")};
}

}  // namespace univi::ui
