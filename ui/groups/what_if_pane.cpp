#include "ui/groups/what_if_pane.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QSpinBox>
#include <algorithm>

#include "ui/groups/changed_words.h"
#include "ui/widgets/build.h"
#include "ui/widgets/share_text.h"

namespace univi::ui {
namespace {

constexpr std::size_t kMostRanked = 6;

QSpinBox* number(int least, int most, int value, const QString& name) {
    auto* box = new QSpinBox;
    box->setRange(least, most);
    box->setValue(value);
    box->setToolTip(name);
    box->setAccessibleName(name);
    return box;
}

/// "0:55" or "1:0:55" as people read it.
QString partName(const QString& name) {
    const QStringList parts = name.split(QLatin1Char(':'));
    if (parts.size() == 2 && parts[0] == QLatin1String("event"))
        return WhatIfPane::tr("event %1").arg(parts[1].toInt() + 1);
    const int stage = parts.value(parts.size() - 2).toInt(), group = parts.last().toInt();
    const QString text = WhatIfPane::tr("group %1 of stage %2").arg(group + 1).arg(stage + 1);
    return parts.size() < 3 ? text
                            : WhatIfPane::tr("%1, event %2").arg(text).arg(parts[0].toInt() + 1);
}

}  // namespace

WhatIfPane::WhatIfPane(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      choice_(new QComboBox),
      neighbors_(number(1, 32, 5, tr("Neighbours (k) of the density"))),
      rate_(new QDoubleSpinBox),
      ask_(button(tr("Ask"), ButtonRole::Primary)),
      progress_(new QProgressBar),
      result_(wrapped({}, "small")) {
    setObjectName(QStringLiteral("whatIfPane"));
    choice_->setAccessibleName(tr("What is changed"));
    choice_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    const int published[3] = {64, 32, 16};
    for (int stage = 0; stage < 3; ++stage)
        stages_[stage] =
            number(1, 576, published[stage], tr("Groups of merging stage %1").arg(stage + 1));
    rate_->setRange(0.01, 1);
    rate_->setSingleStep(0.05);
    rate_->setValue(0.0625);
    rate_->setToolTip(tr("Events, as a share of the frames"));
    rate_->setAccessibleName(rate_->toolTip());
    merging_ = rowWidget({.margins = {}, .spacing = 4},
                         {stages_[0], stages_[1], stages_[2], neighbors_, rate_});
    progress_->setTextVisible(false);
    result_->setTextFormat(Qt::RichText);
    result_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    result_->setTextInteractionFlags(Qt::TextBrowserInteraction | Qt::LinksAccessibleByKeyboard);
    QWidget* body = columnWidget({.margins = {0, 0, 8, 0}, .spacing = 6}, {{result_, 1}});
    column(this, {.margins = {}, .spacing = 6},
           {row({.spacing = 6}, {{choice_, 1}, ask_}),
            merging_,
            progress_,
            {scrollArea(body, Scrolls::Upright), 1}});
    connect(ask_, &QPushButton::clicked, this, &WhatIfPane::ask);
    connect(choice_, &QComboBox::activated, this, &WhatIfPane::refresh);
    connect(result_, &QLabel::linkActivated, this,
            [this](const QString& token) { Q_EMIT tokenChosen(token.toInt()); });
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
            return tr("Without stage %1").arg(selection_->unit().stage + 1);
        case Merge:
            return tr("Merged otherwise");
        case WhyGroups:
            return tr("Why? Without each group in turn");
        case WhyEvents:
            return tr("Why? Without each event in turn");
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

void WhatIfPane::refresh() {
    if (selection_->groups().medium != medium_) clear();
    const int chosen = choice_->count() == 0 ? WhyGroups : choice_->currentData().toInt();
    fillChoices(chosen);
    merging_->setVisible(chosen == Merge);
    rate_->setVisible(selection_->groups().is_video);
    ask_->setText(busy_ ? tr("Stop") : tr("Ask"));
    ask_->setEnabled(busy_ ||
                     (selection_->groups().complete && (chosen != Group || !keptGroup().empty())));
    progress_->setVisible(busy_);
    if (result_->text().isEmpty())
        result_->setText(
            tr("Asks the last question about this alone once more, with something "
               "changed, and shows what becomes of the answer."));
}

/// Leaves the list as it is where nothing of it changes: somebody may be choosing.
void WhatIfPane::fillChoices(int chosen) {
    int at = 0;
    for (const Choice each : {Group, Event, Stage, Merge, WhyGroups, WhyEvents}) {
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
            for (const QSpinBox* stage : stages_) request.stages.push_back(stage->value());
            request.neighbors = neighbors_->value();
            if (selection_->groups().is_video) request.temporal_rate = rate_->value();
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

void WhatIfPane::ask() {
    if (busy_) return Q_EMIT stopRequested();
    has_first_ = false;
    ranking_.clear();
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
}

void WhatIfPane::addVariant(const protocol::WhatIfEvent& variant) {
    if (!has_first_) {
        has_first_ = true;
        first_ = variant;
        result_->setText(
            tr("<b>As it is</b> %1").arg(QString::fromStdString(variant.reply).toHtmlEscaped()));
    } else if (variant.rank > 0) {
        ranking_.push_back(variant);
    } else {
        showAnswers(variant);
    }
}

void WhatIfPane::showAnswers(const protocol::WhatIfEvent& changed) {
    const QString before = QString::fromStdString(first_.reply),
                  after = QString::fromStdString(changed.reply);
    result_->setText(
        tr("<b>As it is</b> %1<br><b>Changed</b> %2<br>%3 instead of %4 visual tokens · the first "
           "answer's log-probability %5 instead of %6")
            .arg(before.toHtmlEscaped(), withChangedWords(before, after))
            .arg(changed.visual_tokens)
            .arg(first_.visual_tokens)
            .arg(decimalText(changed.log_probability), decimalText(first_.log_probability)));
}

void WhatIfPane::showRanking() {
    std::vector<float> falls(static_cast<std::size_t>(selection_->groups().num_tokens()), 0.0F);
    QString lines = tr("<b>As it is</b> %1<br>Without it the answer's log-probability falls by")
                        .arg(QString::fromStdString(first_.reply).toHtmlEscaped());
    for (std::size_t i = 0; i < ranking_.size(); ++i) {
        const protocol::WhatIfEvent& part = ranking_[i];
        for (const int token : part.left_out)
            if (token >= 0 && static_cast<std::size_t>(token) < falls.size())
                falls[static_cast<std::size_t>(token)] =
                    static_cast<float>(std::max(0.0, part.fall));
        if (i >= kMostRanked || part.left_out.empty()) continue;
        lines += QStringLiteral("<br>%1 · <a href=\"%2\">%3</a>")
                     .arg(QLocale().toString(part.fall, 'g', 2))
                     .arg(part.left_out.front())
                     .arg(partName(QString::fromStdString(part.name)).toHtmlEscaped());
    }
    if (ranking_.front().fall < kNoticed) lines += tr("<br>No single one of them is missed much.");
    result_->setText(lines);
    Q_EMIT ranked(falls);
}

void WhatIfPane::finish() {
    if (!busy_) return;
    setBusy(false);
    if (!ranking_.empty()) showRanking();
}

void WhatIfPane::fail(const QString& sentence) {
    setBusy(false);
    result_->setText(sentence.toHtmlEscaped());
}

}  // namespace univi::ui
