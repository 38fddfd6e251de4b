#include "ui/training/watch/state_tone.h"

#include "ui/widgets/theme.h"

namespace univi::ui {

QString stateWord(RunState state) {
    switch (state) {
        case RunState::Starting:
        case RunState::Running:
        case RunState::Saving:
            return QStringLiteral("running");
        case RunState::Done:
            return QStringLiteral("done");
        case RunState::Failed:
        case RunState::Lost:
            return QStringLiteral("failed");
        case RunState::Queued:
        case RunState::Stopped:
            return QStringLiteral("waiting");
        case RunState::Quiet:
        case RunState::Unknown:
            break;
    }
    return QStringLiteral("quiet");
}

QColor stateColor(RunState state) {
    const Palette& palette = Theme::instance().palette();
    const QString word = stateWord(state);
    if (word == QLatin1String("running")) return palette.accent;
    if (word == QLatin1String("done")) return palette.success;
    if (word == QLatin1String("failed")) return palette.danger;
    if (word == QLatin1String("waiting")) return palette.warning;
    return palette.textMuted;
}

}  // namespace univi::ui
