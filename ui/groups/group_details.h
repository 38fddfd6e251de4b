#pragma once

#include <QWidget>

#include "ui/groups/group_selection.h"

namespace univi::ui {

class ElidedLabel;

/// Says in words what is lit up: a group, where a word looked, or where a phrase lies. Three lines
/// of a fixed height, so that the picture above does not move.
class GroupDetails : public QWidget {
    Q_OBJECT
  public:
    explicit GroupDetails(GroupSelection* selection, QWidget* parent = nullptr);
    /// The text of the token whose attention the selection has.
    void setWord(const QString& word);
    /// What is looked for; forgets what was found before.
    void setPhrase(const QString& phrase);
    /// The largest nearness to the phrase in the whole medium, and what counts as near.
    void setNearest(float best, float scale);
    /// Why there is nothing to be found.
    void setProblem(const QString& sentence);
    /// Shows a sentence until something else is lit up.
    void say(const QString& sentence);

  private:
    void refresh();
    void showGroup(const GroupFacts& facts);
    void showWord();
    void showPhrase();
    void refreshNote();
    QString shareOf(int group) const;

    GroupSelection* selection_;
    ElidedLabel *facts_, *numbers_, *note_;
    QString word_, phrase_, problem_;
    float best_ = 0, near_scale_ = 0;
};

}  // namespace univi::ui
