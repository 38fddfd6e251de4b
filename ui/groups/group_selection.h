#pragma once

#include <QObject>
#include <utility>
#include <vector>

#include "ui/groups/group_map.h"

namespace univi::ui {

/// Holds what the group views show together: medium, frame, stage, hovered and pinned group,
/// drawing options. The views read and write it and know nothing of each other. GUI thread.
class GroupSelection : public QObject {
    Q_OBJECT
  public:
    /// What the colours of the groups tell: what they look like, where they end, how many patches
    /// they hold, how much a word looked at them, when they joined others, or nothing.
    enum class Fill { MeanColor, Distinct, Size, Attention, Merging, None };

    explicit GroupSelection(QObject* parent = nullptr) : QObject(parent) {}

    /// Copies the groups; keeps frame and stage where they still exist.
    void setGroups(const protocol::TokenGroups& groups);
    void clear();
    const protocol::TokenGroups& groups() const { return groups_; }
    bool isEmpty() const { return groups_.frames.empty(); }

    const GroupUnit& unit() const { return unit_; }
    void setStage(int stage);
    void setFrame(int frame);
    /// Chooses the groups of the event instead of the frame's own. Where there are no events, the
    /// frame's own are shown in any case.
    void setEventLevel(bool event);

    /// Goes to where a visual token is seen, with its group kept. The frame stays where it holds
    /// some of that group.
    void showToken(int token);
    /// Returns the visual token of the whole medium that a word looked at most, `apart` from these;
    /// -1: no word is told of, or it looked nowhere else.
    int mostToken(const std::vector<int>& apart = {}) const;

    void setHovered(int group);
    void setPinned(int group);  ///< the same group again, or -1: unpin
    int hovered() const { return hovered_; }
    int pinned() const { return pinned_; }
    /// Returns the group to light up: the hovered one, else the pinned one, else -1.
    int lit() const { return hovered_ >= 0 ? hovered_ : pinned_; }

    /// Returns the visual token that the lit group is for the language model; -1: none is lit, or
    /// the model does not see it (a frame's own group of a video).
    int litToken() const;

    void setFill(Fill fill);
    void setOpacity(double opacity);
    void setBorders(bool borders);
    Fill fill() const { return fill_; }
    double opacity() const { return opacity_; }
    bool borders() const { return borders_; }

    /// Takes the attention of one reply token to this medium: [visual tokens], shares of all that
    /// it looked at, text included, so that they sum to at most 1. Empty: none. `scale` is the
    /// largest share of any token of the whole reply, which glows fully.
    void setAttention(std::vector<float> attention, float scale) {
        setValues(std::move(attention), scale, Meaning::Attention);
    }
    bool hasAttention() const { return !attention_.empty(); }
    /// What the values are that glow: shares of a word's attention, how near a token is to a
    /// phrase, or how much an answer misses it. Only attention sums to something.
    enum class Meaning { Attention, Nearness, Missed };
    /// Takes values of another meaning instead of attention; `scale` glows fully.
    void setValues(std::vector<float> values, float scale, Meaning meaning);
    Meaning meaning() const { return meaning_; }
    const std::vector<float>& values() const { return attention_; }  ///< [visual tokens]
    bool shows(Meaning meaning) const { return hasAttention() && meaning_ == meaning; }
    /// Returns the share that glows fully.
    float attentionScale() const { return scale_; }
    /// Returns the share of the attention of each group, [groups]. Empty without attention, or when
    /// the language model does not see these groups (a frame's own of a video).
    std::vector<float> shares() const;
    /// Returns the shares as 0..1 on the reply's scale. The same share glows alike in every event,
    /// stage, frame and word.
    std::vector<float> glow() const;
    /// Returns the share of each event, [events]. Empty without attention or events.
    std::vector<float> eventShares() const;
    /// Returns the share of the whole medium, 0 without attention.
    float mediumShare() const;

  Q_SIGNALS:
    void groupsChanged();     ///< other medium or more complete groups
    void unitChanged();       ///< frame, stage or level
    void highlightChanged();  ///< hovered, pinned or attention
    void drawingChanged();    ///< fill, opacity, borders

  private:
    void normalize();
    bool isSeenHere(const TokenPlace& place) const;

    protocol::TokenGroups groups_;
    GroupUnit unit_;
    bool wants_event_ = true;
    int hovered_ = -1, pinned_ = -1;
    Fill fill_ = Fill::MeanColor;
    double opacity_ = 0.6;
    bool borders_ = true;
    std::vector<float> attention_;
    float scale_ = 0;
    Meaning meaning_ = Meaning::Attention;
};

}  // namespace univi::ui
