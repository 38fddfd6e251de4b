#include "ui/groups/what_if_pane.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <algorithm>

#include "ui/groups/merging_fields.h"
#include "ui/groups/what_if_text.h"
#include "ui/widgets/build.h"

namespace univi::ui {

WhatIfPane::WhatIfPane(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      choice_(new QComboBox),
      merging_(new MergingFields),
      ask_(button(tr("Ask"), ButtonRole::Primary)),
      hint_(wrapped({}, "small")),
      progress_(new QProgressBar),
      result_(wrapped({}, "small")) {
    setObjectName(QStringLiteral("whatIfPane"));
    choice_->setAccessibleName(tr("What is changed"));
    choice_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    hint_->setObjectName(QStringLiteral("whatIfHint"));
    seed_ = new QSpinBox;
    seed_->setRange(0, 999'999);
    seed_->setValue(1);
    seed_->setToolTip(tr("Seed of the sampling: which words are drawn"));
    seed_->setAccessibleName(seed_->toolTip());
    seeding_ = rowWidget({.margins = {}},
                         {namedFields(tr("Seed of the sampling"), {seed_}), Part::stretch()});
    progress_->setTextVisible(false);
    result_->setObjectName(QStringLiteral("whatIfResult"));
    result_->setTextFormat(Qt::RichText);
    result_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    result_->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::LinksAccessibleByKeyboard);
    QWidget* body = columnWidget({.margins = {0, 0, 8, 0}, .spacing = 6}, {{result_, 1}});
    column(this, {.margins = {}, .spacing = 6},
           {row({.spacing = 6}, {{choice_, 1}, ask_}),
            merging_,
            seeding_,
            hint_,
            progress_,
            {scrollArea(body, Scrolls::Upright), 1}});
    connect(ask_, &QPushButton::clicked, this, &WhatIfPane::ask);
    connect(choice_, &QComboBox::activated, this, [this] {
        is_chosen_ = true;
        refresh();
    });
    connect(merging_, &MergingFields::changed, this, &WhatIfPane::refresh);
    connect(result_, &QLabel::linkActivated, this, &WhatIfPane::followLink);
    for (const auto signal : {&GroupSelection::groupsChanged, &GroupSelection::unitChanged,
                              &GroupSelection::highlightChanged})
        connect(selection, signal, this, &WhatIfPane::refresh);
    refresh();
}

bool WhatIfPane::isOffered(Choice choice) const {
    const protocol::TokenGroups& groups = selection_->groups();
    const bool events = groups.is_video && groups.events.size() > 1;
    return (choice != Event && choice != WhyEvents) || events;
}

QString WhatIfPane::nameOf(Choice choice) const {
    switch (choice) {
        case Group:
            return keptGroup().empty() ? tr("Without a group: click one first")
                                       : tr("Without group %1").arg(selection_->pinned() + 1);
        case Event:
            return tr("Without event %1")
                .arg(eventOfFrame(selection_->groups(), selection_->unit().frame) + 1);
        case Stage:
            return tr("Without stage %1 · %Ln group(s)", nullptr, groupsOfStage())
                .arg(selection_->unit().stage + 1);
        case Merge:
            return tr("Merged otherwise");
        case Seed:
            return tr("Sampled with another seed");
        case WhyGroups:
            return tr("Why? Without each of %Ln group(s) in turn", nullptr,
                      selection_->groups().num_tokens());
        case WhyEvents:
            return tr("Why? Without each of %Ln event(s) in turn", nullptr,
                      static_cast<int>(selection_->groups().events.size()));
    }
    return {};
}

/// What the model sees of the kept group, as the request names it; empty: none is kept, or the
/// model does not see it.
std::string WhatIfPane::keptGroup() const {
    const GroupUnit& unit = selection_->unit();
    if (selection_->pinned() < 0 || tokenOffset(selection_->groups(), unit) < 0) return {};
    const std::string group =
        std::to_string(unit.stage) + ":" + std::to_string(selection_->pinned());
    if (!selection_->groups().is_video) return group;
    return std::to_string(eventOfFrame(selection_->groups(), unit.frame)) + ":" + group;
}

int WhatIfPane::groupsOfStage() const {
    const protocol::StageGroups* stage = stageOf(selection_->groups(), selection_->unit());
    return stage == nullptr ? 0 : static_cast<int>(stage->sizes.size());
}

/// What stays as long as nobody chose: a group that is kept is asked about at once, where all of
/// them take a while.
int WhatIfPane::choice() const {
    if (choice_->count() > 0 && (is_chosen_ || busy_)) return choice_->currentData().toInt();
    return keptGroup().empty() ? WhyGroups : Group;
}

void WhatIfPane::refresh() {
    if (selection_->groups().medium != medium_) clear();
    merging_->takeOwn(selection_->groups());
    const int chosen = choice();
    fillChoices(chosen);
    merging_->setVisible(chosen == Merge);
    seeding_->setVisible(chosen == Seed);
    const QString reason = busy_ ? QString() : reasonAgainst(chosen);
    ask_->setText(busy_ ? tr("Stop") : tr("Ask"));
    ask_->setEnabled(reason.isEmpty());
    ask_->setToolTip(reason);
    const QString hint = reason.isEmpty() && chosen == Seed ? seedHint() : reason;
    hint_->setText(hint);
    hint_->setVisible(!hint.isEmpty());
    progress_->setVisible(busy_);
    if (result_->text().isEmpty())
        result_->setText(
            tr("Asks the last question about this alone once more, with something "
               "changed, and shows what becomes of the answer."));
}

/// Why it cannot be asked as it stands; empty: it can.
QString WhatIfPane::reasonAgainst(int chosen) const {
    if (!selection_->groups().complete) return tr("This can be asked once it is read.");
    if (chosen == Merge && !merging_->isOther())
        return tr("Change a number first: so far it is merged as it was.");
    if (chosen != Group || !keptGroup().empty()) return {};
    return selection_->pinned() < 0
               ? tr("Click a group in the picture: it is kept, and can be left out.")
               : tr("The model does not see a frame's own groups: choose Event above.");
}

QString WhatIfPane::seedHint() const {
    return tr(
        "Other words are drawn; the groups stay as they are. At temperature 0 nothing is "
        "drawn, so that no seed changes the answer.");
}

/// Leaves the list as it is where nothing of it changes: somebody may be choosing.
void WhatIfPane::fillChoices(int chosen) {
    int at = 0;
    for (const Choice each : {Group, Event, Stage, Merge, Seed, WhyGroups, WhyEvents}) {
        const int known = choice_->findData(each);
        if (!isOffered(each)) {
            if (known >= 0) choice_->removeItem(known);
            continue;
        }
        if (known < 0) choice_->insertItem(at, nameOf(each), each);
        if (choice_->itemText(at) != nameOf(each)) choice_->setItemText(at, nameOf(each));
        ++at;
    }
    if (choice_->currentData().toInt() != chosen)
        choice_->setCurrentIndex(std::max(0, choice_->findData(chosen)));
}

void WhatIfPane::clear() {
    medium_ = selection_->groups().medium;
    has_first_ = false;
    ranking_.clear();
    shown_grouping_.clear();
    result_->clear();
    if (busy_) Q_EMIT stopRequested();
    busy_ = false;
}

protocol::WhatIfRequest WhatIfPane::request() const {
    protocol::WhatIfRequest request;
    request.medium = selection_->groups().source;
    request.clip = selection_->groups().clip;
    const int event = eventOfFrame(selection_->groups(), selection_->unit().frame);
    switch (static_cast<Choice>(choice_->currentData().toInt())) {
        case Group:
            request.left_out = {keptGroup()};
            break;
        case Event:
            request.left_out = {"event:" + std::to_string(event)};
            break;
        case Stage:
            request.left_out = {"stage:" + std::to_string(selection_->unit().stage)};
            break;
        case Merge:
            merging_->fill(request);
            break;
        case Seed:
            request.seed = static_cast<std::uint64_t>(seed_->value());
            break;
        case WhyGroups:
            request.rank = protocol::WhatIfRank::Groups;
            break;
        case WhyEvents:
            request.rank = protocol::WhatIfRank::Events;
            break;
    }
    return request;
}

/// "demo: 16/8/4 groups, 3 neighbours".
QString WhatIfPane::mergingName() const {
    const QString model = QString::fromStdString(selection_->groups().model);
    return (model.isEmpty() ? QString() : model + QStringLiteral(": ")) + merging_->name();
}

void WhatIfPane::followLink(const QString& link) {
    if (link == kEndLink) return Q_EMIT ranked({});
    if (link != kGroupsLink) return Q_EMIT tokenChosen(link.toInt());
    if (shown_grouping_ == grouping_)
        Q_EMIT hideRequested();
    else
        Q_EMIT compareRequested(grouping_);
}

void WhatIfPane::setShownGrouping(const QString& name) {
    shown_grouping_ = name;
    if (changed_variant_) showAnswers();
}

void WhatIfPane::ask() {
    if (busy_) return Q_EMIT stopRequested();
    has_first_ = false;
    changed_variant_.reset();
    ranking_.clear();
    waits_ = false;
    changed_ = choice_->currentText();
    grouping_ = choice_->currentData().toInt() == Merge ? mergingName() : QString();
    result_->setText(tr("Asking…"));
    setBusy(true);
    Q_EMIT asked(request());
}

void WhatIfPane::setBusy(bool busy) {
    busy_ = busy;
    progress_->setRange(0, 0);
    refresh();
}

void WhatIfPane::setProgress(int done, int total) {
    progress_->setRange(0, total);
    progress_->setValue(done);
    result_->setText((has_first_ ? firstAnswer(first_) + QStringLiteral("<br>") : QString()) +
                     tr("Asking… %1 of %2").arg(done).arg(total));
}

void WhatIfPane::addVariant(const protocol::WhatIfEvent& variant) {
    if (!has_first_) {
        has_first_ = true;
        first_ = variant;
        waits_ = true;
        showAnswers();
    } else if (variant.rank > 0) {
        ranking_.push_back(variant);
    } else {
        if (variant.groups) Q_EMIT regrouped(grouping_, *variant.groups);
        waits_ = false;
        changed_variant_ = variant;
        showAnswers();
    }
}

void WhatIfPane::showAnswers() {
    const bool is_shown = !grouping_.isEmpty() && shown_grouping_ == grouping_;
    result_->setText(
        answersText(first_, changed_variant_ ? &*changed_variant_ : nullptr, changed_, is_shown));
}

void WhatIfPane::showRanking() {
    std::vector<float> falls(static_cast<std::size_t>(selection_->groups().num_tokens()), 0.0F);
    for (const protocol::WhatIfEvent& part : ranking_)
        for (const int token : part.left_out)
            if (token >= 0 && static_cast<std::size_t>(token) < falls.size())
                falls[static_cast<std::size_t>(token)] =
                    static_cast<float>(std::max(0.0, part.fall));
    result_->setText(rankingText(first_, ranking_));
    Q_EMIT ranked(falls);
    // What is missed most may be in another event than the one that is shown.
    const protocol::WhatIfEvent& most = ranking_.front();
    if (most.fall >= kNoticedFall && selection_->groups().is_video && !most.left_out.empty())
        Q_EMIT tokenChosen(most.left_out.front());
}

void WhatIfPane::finish() {
    if (!busy_) return;
    setBusy(false);
    if (!ranking_.empty()) return showRanking();
    if (!waits_) return;
    changed_variant_ = first_;  // nothing was changed after all
    showAnswers();
}

void WhatIfPane::fail(const QString& sentence) {
    setBusy(false);
    result_->setText(sentence.toHtmlEscaped());
}

}  // namespace univi::ui
