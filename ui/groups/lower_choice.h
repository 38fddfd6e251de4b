#pragma once

class QButtonGroup;
class QWidget;

namespace univi::ui {

/// What stands below the picture: the decision graph of the stage's tokens or of the video's
/// frames, or what becomes of the answer.
enum Lower { kTokens, kFrames, kWhatIf };

/// Makes the choice of it, segments with these ids.
QWidget* makeLowerChoice(QButtonGroup* group);

}  // namespace univi::ui
