#include "ui/training/watch/state_tone.h"

#include "ui/widgets/theme.h"

namespace univi::ui {

namespace {

struct Look {
    const char* word;
    QColor Palette::*color;
};

Look lookOf(RunState state) {
    switch (state) {
        case RunState::Starting:
        case RunState::Running:
        case RunState::Saving:
            return {"running", &Palette::accent};
        case RunState::Done:
            return {"done", &Palette::success};
        case RunState::Failed:
        case RunState::Lost:
            return {"failed", &Palette::danger};
        case RunState::Queued:
        case RunState::Stopped:
            return {"waiting", &Palette::warning};
        case RunState::Quiet:
        case RunState::Unknown:
            break;
    }
    return {"quiet", &Palette::textMuted};
}

}  // namespace

QString stateWord(RunState state) {
    return QString::fromLatin1(lookOf(state).word);
}

QColor stateColor(RunState state) {
    return Theme::instance().palette().*lookOf(state).color;
}

}  // namespace univi::ui
