#pragma once

#include <QWidget>
#include <optional>

#include "core/protocol/engine_protocol.h"
#include "ui/groups/group_selection.h"

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace univi::ui {

class MergingFields;

/// Asks the last question about the medium shown again with something changed: without the group
/// that is kept, an event or a stage, merged otherwise, or without each group in turn. Shows both
/// answers beside each other, or what the answer misses most. GUI thread.
class WhatIfPane : public QWidget {
    Q_OBJECT
  public:
    explicit WhatIfPane(GroupSelection* selection, QWidget* parent = nullptr);

    /// What comes in answer to asked(), in the order of the protocol.
    void addVariant(const protocol::WhatIfEvent& variant);
    void setProgress(int done, int total);
    void finish();
    void fail(const QString& sentence);
    bool isBusy() const { return busy_; }
    /// The grouping that stands beside the medium's own; empty: none does.
    void setShownGrouping(const QString& name);
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
    /// They are not wanted there any more.
    void hideRequested();
    /// A ranked part was chosen: its first visual token.
    void tokenChosen(int token);

  private:
    enum Choice { Group, Event, Stage, Merge, Seed, WhyGroups, WhyEvents };

    void refresh();
    void fillChoices(int chosen);
    int choice() const;
    int groupsOfStage() const;
    QString reasonAgainst(int chosen) const;
    QString seedHint() const;
    void ask();
    void setBusy(bool busy);
    bool isOffered(Choice choice) const;
    QString nameOf(Choice choice) const;
    std::string keptGroup() const;
    QString mergingName() const;
    void followLink(const QString& link);
    protocol::WhatIfRequest request() const;
    void showAnswers();
    void showRanking();

    GroupSelection* selection_;
    QComboBox* choice_;
    MergingFields* merging_;
    QWidget* seeding_ = nullptr;
    QSpinBox* seed_ = nullptr;
    QPushButton* ask_;
    QLabel* hint_;  ///< why it cannot be asked, or what is to be known
    QProgressBar* progress_;
    QLabel* result_;
    bool busy_ = false;
    bool is_chosen_ = false;  ///< by a person
    bool waits_ = false;      ///< the first answer stands alone yet
    QString changed_;         ///< what was changed when it was asked
    QString grouping_;        ///< the name of its groups; empty: they are the medium's own
    int medium_ = -1;
    QString shown_grouping_;
    protocol::WhatIfEvent first_;
    std::optional<protocol::WhatIfEvent> changed_variant_;
    std::vector<protocol::WhatIfEvent> ranking_;
    bool has_first_ = false;
};

}  // namespace univi::ui
