#pragma once

#include <QWidget>

#include "core/protocol/engine_protocol.h"
#include "ui/groups/group_selection.h"

class QLabel;

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
    /// What all words of the reply look at: visual tokens of the medium shown, and other tokens of
    /// the prompt as text.
    void setSinks(const std::vector<int>& visual, const std::vector<protocol::AttentionSink>& text);
    /// The word that looked most at the group which is lit; empty: none did.
    void setLooker(const QString& word, float share);
    /// The attention that is chosen is on its way.
    void setWaiting(bool waiting);
    /// Why there is nothing to be found.
    void setProblem(const QString& sentence);
    /// The visual token that the word looked at most, sinks aside where there is another; -1: none.
    int mostToken() const;
    /// Shows a sentence until something else is lit up.
    void say(const QString& sentence);

  Q_SIGNALS:
    /// What mostToken() names is wanted.
    void mostWanted();

  private:
    void refresh();
    void showGroup(const GroupFacts& facts);
    void showWord();
    void showPhrase();
    void refreshNote();
    QString groupNote() const;
    QString wordNote() const;
    void showPlace();
    bool isSink(int group) const;
    bool isSinkToken(int token) const;
    QString shareOf(int group) const;

    GroupSelection* selection_;
    ElidedLabel *facts_, *numbers_, *note_;
    QLabel* go_;  ///< a link to the place that the numbers name
    QString word_, phrase_, problem_;
    float best_ = 0, near_scale_ = 0;
    std::vector<int> sinks_;
    std::vector<protocol::AttentionSink> text_sinks_;
    QString looker_;
    float looker_share_ = 0;
    bool waiting_ = false;
};

}  // namespace univi::ui
