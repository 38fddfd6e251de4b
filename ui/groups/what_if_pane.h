#pragma once

#include <QWidget>
#include <array>

#include "core/protocol/engine_protocol.h"
#include "ui/groups/group_selection.h"

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace univi::ui {

/// Asks the last question about the medium shown again with something changed: without the group
/// that is kept, an event or a stage, merged otherwise, or without each group in turn. Shows both
/// answers beside each other, or what the answer misses most. GUI thread.
class WhatIfPane : public QWidget {
    Q_OBJECT
  public:
    /// A fall of the log-probability below this says little: it glows weakly, however it ranks.
    static constexpr float kNoticed = 0.1F;

    explicit WhatIfPane(GroupSelection* selection, QWidget* parent = nullptr);

    /// What comes in answer to asked(), in the order of the protocol.
    void addVariant(const protocol::WhatIfEvent& variant);
    void setProgress(int done, int total);
    void finish();
    void fail(const QString& sentence);
    bool isBusy() const { return busy_; }
    /// Forgets everything, for another medium.
    void clear();

  Q_SIGNALS:
    /// `request` has all but question and options.
    void asked(const univi::protocol::WhatIfRequest& request);
    void stopRequested();
    /// How much the answer misses each visual token [tokens], 0 or more, when a ranking is whole;
    /// empty: it is not to be shown any more.
    void ranked(const std::vector<float>& falls);
    /// A variant that is merged otherwise has these groups, under this name.
    void regrouped(const QString& name, const univi::protocol::TokenGroups& groups);
    /// Those are wanted beside the medium's own.
    void compareRequested(const QString& name);
    /// A ranked part was chosen: its first visual token.
    void tokenChosen(int token);

  private:
    enum Choice { Group, Event, Stage, Merge, Seed, WhyGroups, WhyEvents };

    void makeFields();
    void refresh();
    void fillChoices(int chosen);
    void takeStages();
    bool canAsk(int chosen) const;
    bool isMergedOtherwise() const;
    void ask();
    void setBusy(bool busy);
    bool isOffered(Choice choice) const;
    QString nameOf(Choice choice) const;
    std::string keptGroup() const;
    QString mergingName() const;
    void followLink(const QString& link);
    protocol::WhatIfRequest request() const;
    void showAnswers(const protocol::WhatIfEvent* changed);
    void showRanking();

    GroupSelection* selection_;
    QComboBox* choice_;
    QWidget *merging_ = nullptr, *events_ = nullptr, *seeding_ = nullptr;
    std::array<QSpinBox*, 3> stages_{};
    std::array<int, 3> own_stages_{};  ///< as the medium is merged
    QSpinBox *neighbors_ = nullptr, *seed_ = nullptr;
    QDoubleSpinBox* rate_ = nullptr;
    QPushButton* ask_;
    QProgressBar* progress_;
    QLabel* result_;
    bool busy_ = false;
    bool waits_ = false;  ///< the first answer stands alone yet
    QString changed_;     ///< what was changed when it was asked
    QString grouping_;    ///< the name of its groups; empty: they are the medium's own
    int medium_ = -1;
    protocol::WhatIfEvent first_;
    std::vector<protocol::WhatIfEvent> ranking_;
    bool has_first_ = false;
};

}  // namespace univi::ui
