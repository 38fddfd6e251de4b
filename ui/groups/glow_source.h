#pragma once

#include <vector>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// What may glow in the groups of the shown medium: where a word looked, else what an answer
/// misses, else what lies near a phrase.
class GlowSource {
  public:
    /// Of a word: [media][visual tokens]; `scale` glows fully. Empty: no word is told of.
    void setAttention(std::vector<std::vector<float>> attention, float scale);
    /// The word tells something of a medium.
    bool tellsOf(int medium) const;
    /// How much an answer misses the visual tokens of a medium; empty: forgotten.
    void setMissed(int medium, std::vector<float> missed);
    /// How near they are to a phrase; empty: forgotten.
    void setNearness(int medium, std::vector<float> nearness, float scale);
    /// Forgets what was found in a medium; the word stays.
    void forgetFindings();
    void applyTo(GroupSelection& selection) const;

  private:
    struct Found {
        int medium = -1;
        std::vector<float> values;
        float scale = 0;
        bool isOf(int other) const { return medium == other && !values.empty(); }
    };
    std::vector<std::vector<float>> attention_;
    float scale_ = 0;
    Found missed_, near_;
};

}  // namespace univi::ui
