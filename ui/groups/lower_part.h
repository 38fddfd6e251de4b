#pragma once

#include <QWidget>
#include <optional>

#include "ui/groups/group_selection.h"

class QButtonGroup;
class QToolButton;

namespace univi::ui {

class DecisionGraph;
class WhatIfPane;

/// What stands below the picture: the decision graph of the stage's tokens or of the video's
/// frames, or what becomes of the answer. It folds to the line that chooses among them. GUI thread.
class LowerPart : public QWidget {
    Q_OBJECT
  public:
    explicit LowerPart(GroupSelection* selection, QWidget* parent = nullptr);
    WhatIfPane* whatIf() const { return what_if_; }
    /// Somebody answers what that pane asks.
    void offerWhatIf();
    /// Without room it is folded, until a person decides otherwise.
    void setRoom(bool enough);
    bool isFolded() const;

  Q_SIGNALS:
    void folded(bool is_folded);

  private:
    enum Choice { Tokens, Frames, WhatIf };
    QWidget* makeChoice();
    void refresh();

    GroupSelection* selection_;
    QButtonGroup* choices_;
    QWidget* line_;
    QToolButton* fold_;
    DecisionGraph* graph_;
    WhatIfPane* what_if_;
    bool can_ask_ = false, has_room_ = true, was_folded_ = false;
    std::optional<bool> wanted_;  ///< what a person decided
};

}  // namespace univi::ui
