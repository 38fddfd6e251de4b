#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "core/protocol/engine_protocol.h"
#include "ui/groups/group_export.h"

namespace univi::ui {

class WhatIfPane;

/// Shows the token groups of the open conversation at the right of the Chat page: a choice of its
/// media, the picture with its groups, frames and events, the decision graph. GUI thread.
class GroupsPanel : public QWidget {
    Q_OBJECT
  public:
    explicit GroupsPanel(QWidget* parent = nullptr);
    ~GroupsPanel() override;

    /// Takes new or more complete groups of a medium (TokenGroups::medium). Shows them when no
    /// other medium is chosen.
    void setGroups(const protocol::TokenGroups& groups);
    /// Takes other media in place of all, as those of another conversation or with a newer window
    /// of what is live. What was looked at stays if it is among them, unless it was the newest.
    void resetGroups(const QList<protocol::TokenGroups>& all);
    /// Looks at another medium where the word of setAttention() told nothing of the shown one,
    /// until -1 ends that.
    void peek(int medium);
    /// Shows how far a medium is read before its first groups come.
    void setProgress(const QString& source, int framesEncoded, int framesTotal);
    /// Shows what a reply token looked at: [media][visual tokens] (TokenEvent::attention). Empty:
    /// no glow. `scale`: the largest share of any token of the reply; `word`: the token's text.
    void setAttention(const std::vector<std::vector<float>>& attention, float scale,
                      const QString& word);
    /// The decoder's layers and heads, to choose among them; 0: not known.
    void setModelShape(int layers, int heads);
    /// What nearly every word of the reply that is told of looks at: visual tokens per medium, and
    /// other positions of the prompt.
    void setSinks(const std::vector<std::vector<int>>& visual,
                  const std::vector<protocol::AttentionSink>& text);
    /// Goes to where the word of setAttention() looked most, and stays with that medium.
    void showMost();
    /// The word that looked most at the group of groupLit(); empty: none did.
    void setLooker(const QString& word, float share);
    /// The attention that was chosen is on its way, or why it does not come.
    void setAttentionWaiting(bool waiting);
    void setAttentionProblem(const QString& sentence);
    /// Shows how near each visual token of a medium is to what was typed last (phraseEntered), or
    /// why that cannot be said.
    void setNearness(const std::vector<float>& nearness, float scale);
    void setSearchProblem(const QString& sentence);
    /// The part that asks again with something changed. It is shown once somebody took it, to
    /// answer what it asks.
    WhatIfPane* whatIf();
    /// Forgets everything, for another conversation.
    void clear();
    void showMedium(int medium);

    // What settings and tests set and read.
    void setStage(int stage);  ///< 0, 1, 2
    int stage() const;

  Q_SIGNALS:
    void mediumShown(int medium);
    /// Somebody looks for `phrase` in the medium `source`; answered with setNearness().
    void phraseEntered(const QString& source, const QString& phrase,
                       const univi::base::ClipRange& clip);

    /// Another group is lit, by the mouse or because it is kept: the visual token of a medium that
    /// it is; -1: none is.
    void groupLit(int medium, int visual);
    void attentionChosen(const univi::protocol::AttentionChoice& choice);

  protected:
    void connectNotify(const QMetaMethod& signal) override;
    void resizeEvent(QResizeEvent* event) override;

  private:
    void makeParts();
    void arrange();
    void wire();
    void wireAttention();
    void wireCompare();
    void wireWhatIf();
    void fit();
    void giveRoom(bool is_folded);
    void search();
    GroupFigure figure() const;
    void showNow();
    void forgetFindings();

    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::ui
