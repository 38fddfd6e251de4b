#include "ui/groups/lower_part.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

#include "ui/groups/decision_graph.h"
#include "ui/groups/what_if_pane.h"
#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"

namespace univi::ui {

LowerPart::LowerPart(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      choices_(new QButtonGroup(this)),
      fold_(iconButton("down", {}, 18)),
      graph_(new DecisionGraph(selection)),
      what_if_(new WhatIfPane(selection)) {
    setObjectName(QStringLiteral("lowerPart"));
    fold_->setObjectName(QStringLiteral("foldLower"));
    fold_->setAutoRaise(true);
    line_ = makeChoice();
    column(this, {.margins = {}, .spacing = 4}, {line_, {graph_, 1}, {what_if_, 1}});
    connect(selection, &GroupSelection::groupsChanged, this, &LowerPart::refresh);
    connect(choices_, &QButtonGroup::idClicked, this, [this] {
        if (isFolded()) wanted_ = false;
        refresh();
    });
    connect(fold_, &QToolButton::clicked, this, [this] {
        wanted_ = !isFolded();
        refresh();
    });
    refresh();
}

QWidget* LowerPart::makeChoice() {
    const std::pair<QString, QString> names[] = {
        {tr("Tokens"), tr("Density and distance of this stage's tokens")},
        {tr("Frames"), tr("Density and distance of the frames: the centres start the events")},
        {tr("What if"),
         tr("Ask again without a group, merged otherwise, or what the answer misses")}};
    QWidget* box = rowWidget({.margins = {0, 4, 0, 0}, .spacing = 2}, {});
    auto* line = qobject_cast<QHBoxLayout*>(box->layout());
    for (const Choice each : {Tokens, Frames, WhatIf}) {
        QToolButton* button = segment(names[each].first, names[each].second);
        button->setFocusPolicy(Qt::StrongFocus);
        choices_->addButton(button, each);
        line->addWidget(button);
    }
    line->addStretch();
    line->addWidget(fold_);
    choices_->button(Tokens)->setChecked(true);
    return box;
}

void LowerPart::offerWhatIf() {
    can_ask_ = true;
    refresh();
}

void LowerPart::setRoom(bool enough) {
    if (std::exchange(has_room_, enough) != enough) refresh();
}

bool LowerPart::isFolded() const {
    return wanted_.value_or(!has_room_);
}

void LowerPart::refresh() {
    const bool video = selection_->groups().is_video, is_folded = isFolded();
    choices_->button(Frames)->setVisible(video);
    choices_->button(WhatIf)->setVisible(can_ask_);
    if (!choices_->checkedButton()->isVisibleTo(line_)) choices_->button(Tokens)->setChecked(true);
    const int chosen = choices_->checkedId();
    graph_->setShowsFrames(chosen == Frames);
    graph_->setVisible(chosen != WhatIf && !is_folded);
    what_if_->setVisible(chosen == WhatIf && !is_folded);
    const QString what = is_folded ? tr("Show this part") : tr("Fold this part away");
    fold_->setIcon(icon(is_folded ? QStringLiteral("up") : QStringLiteral("down")));
    fold_->setToolTip(what);
    fold_->setAccessibleName(what);
    setMaximumHeight(is_folded ? line_->sizeHint().height() : QWIDGETSIZE_MAX);
    setVisible(!selection_->isEmpty());
    if (std::exchange(was_folded_, is_folded) != is_folded) Q_EMIT folded(is_folded);
}

}  // namespace univi::ui
