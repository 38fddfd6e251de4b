#include "ui/groups/compare_pane.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>
#include <utility>

#include "ui/groups/picture_view.h"
#include "ui/groups/stage_buttons.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

/// Pixels from which stages have their numbers, and the frame its name.
constexpr int kLongNamesFrom = 300, kNamedFrameFrom = 220;

/// The patch of `to` at the middle of a patch of `from`: two models may have other grids and crops.
int patchAtSamePlace(const protocol::TokenGroups& from, int patch,
                     const protocol::TokenGroups& to) {
    if (patch < 0 || from.picture_width < 1 || from.picture_height < 1) return -1;
    const QPointF middle = patchRect(from, patch).center();
    return patchAt(to, {middle.x() * to.picture_width / from.picture_width,
                        middle.y() * to.picture_height / from.picture_height});
}

struct Side {
    GroupSelection* selection;
    const PictureView* view;
};

/// What holds the place under the mouse in one view is lit in the other.
void lightFrom(const Side& from, const Side& to) {
    QObject::connect(from.view, &PictureView::patchPointedAt, to.selection, [from, to](int patch) {
        const std::vector<int>& map = to.view->painter().map();
        const int there = patchAtSamePlace(from.selection->groups(), patch, to.selection->groups());
        const bool inside = there >= 0 && static_cast<std::size_t>(there) < map.size();
        to.selection->setHovered(inside ? map[static_cast<std::size_t>(there)] : -1);
    });
}

}  // namespace

ComparePane::ComparePane(GroupSelection* first, PictureView* first_view, QWidget* parent)
    : QWidget(parent),
      first_(first),
      second_(new GroupSelection(this)),
      view_(new PictureView(second_)),
      groupings_(new QComboBox),
      stages_(new QButtonGroup(this)),
      frame_(new QSpinBox) {
    setObjectName(QStringLiteral("comparePane"));
    view_->setAccessibleName(tr("Second picture with its token groups"));
    groupings_->setObjectName(QStringLiteral("groupings"));
    groupings_->setAccessibleName(tr("Grouping of the second picture"));
    groupings_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    frame_->setAccessibleName(tr("Frame of the second picture"));
    frame_->setKeyboardTracking(false);
    frame_->setWrapping(true);
    head_ = columnWidget(
        {.margins = {0, 0, 0, 6}, .spacing = 6},
        {groupings_, row({.spacing = 4}, {makeStageButtons(stages_), Part::stretch(), frame_})});
    column(this, {.margins = {}, .spacing = 0}, {head_, {view_, 1}});
    connect(first, &GroupSelection::groupsChanged, this, &ComparePane::takeGroups);
    connect(first, &GroupSelection::drawingChanged, this, &ComparePane::takeDrawing);
    connect(first, &GroupSelection::unitChanged, this, &ComparePane::followFirst);
    connect(first, &GroupSelection::highlightChanged, this, &ComparePane::takeValues);
    connect(first, &GroupSelection::highlightChanged, this, &ComparePane::takePinned);
    connect(second_, &GroupSelection::groupsChanged, this, &ComparePane::loadFrame);
    connect(second_, &GroupSelection::unitChanged, this, [this] {
        loadFrame();
        takePinned();
    });
    connect(stages_, &QButtonGroup::idClicked, second_, &GroupSelection::setStage);
    connect(frame_, &QSpinBox::valueChanged, this,
            [this](int frame) { second_->setFrame(frame - 1); });
    connect(groupings_, &QComboBox::activated, this,
            [this](int index) { showGrouping(groupings_->itemData(index).toString()); });
    lightFrom({first, first_view}, {second_, view_});
    lightFrom({second_, view_}, {first, first_view});
    second_->setStage((first->unit().stage + 1) % 3);
}

void ComparePane::know(const QString& name, const protocol::TokenGroups& groups) {
    known_.keep(name, groups);
    fillGroupings();
}

void ComparePane::showGrouping(const QString& name) {
    if (std::exchange(shown_, name) == name) return;
    Q_EMIT groupingShown(shown_);
    takeGroups();
    followFirst();
}

/// Another grouping is looked at where the first picture is; of the same one, another stage is.
void ComparePane::followFirst() {
    second_->setEventLevel(first_->unit().event);
    if (!isOther()) return;
    second_->setStage(first_->unit().stage);
    second_->setFrame(first_->unit().frame);
}

/// What is not offered any more is not shown either.
void ComparePane::fillGroupings() {
    const QStringList others = known_.others(first_->groups());
    if (isOther() && !others.contains(shown_)) {
        shown_.clear();
        Q_EMIT groupingShown(shown_);
    }
    groupings_->setVisible(!others.isEmpty());
    if (std::exchange(offered_, others) != others || groupings_->count() == 0) {
        groupings_->clear();
        groupings_->addItem(tr("The same groups"), QString());
        for (const QString& name : others) groupings_->addItem(name, name);
    }
    groupings_->setCurrentIndex(std::max(0, groupings_->findData(shown_)));
}

/// What is not shown is not kept up: it may hold a clip's groups.
void ComparePane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    Q_EMIT groupingShown(shown_);
    takeDrawing();
    takeGroups();
}

void ComparePane::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (isHidden()) Q_EMIT groupingShown({});
}

void ComparePane::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    refresh();
}

int ComparePane::headHeight() const {
    return head_->sizeHint().height();
}

void ComparePane::takeGroups() {
    if (isHidden()) return;
    fillGroupings();
    const bool is_new = second_->isEmpty();
    const protocol::TokenGroups* other =
        isOther() ? known_.find(shown_, first_->groups()) : nullptr;
    second_->setGroups(other ? *other : first_->groups());
    second_->setEventLevel(first_->unit().event);
    if (is_new) second_->setFrame(first_->unit().frame);
    takeValues();
    takePinned();
}

void ComparePane::takeDrawing() {
    second_->setFill(first_->fill());
    second_->setOpacity(first_->opacity());
    second_->setBorders(first_->borders());
}

void ComparePane::takeValues() {
    if (isHidden()) return;
    if (isOther()) return second_->setAttention({}, 0);  // they are of the first's tokens
    second_->setValues(first_->values(), first_->attentionScale(), first_->meaning());
}

/// A group is the same one in every frame of its event, of the same stage.
bool ComparePane::showsSameGroups() const {
    const GroupUnit &one = first_->unit(), &other = second_->unit();
    if (isOther()) return false;
    if (one.stage != other.stage || one.event != other.event) return false;
    if (one.frame == other.frame) return true;
    return one.event &&
           eventOfFrame(first_->groups(), one.frame) == eventOfFrame(first_->groups(), other.frame);
}

/// What is kept here stays until another group is kept there.
void ComparePane::takePinned() {
    const int wanted = showsSameGroups() ? first_->pinned() : -1;
    if (wanted == pinned_ || second_->isEmpty()) return;
    pinned_ = wanted;
    if (second_->pinned() != wanted) second_->setPinned(wanted < 0 ? second_->pinned() : wanted);
}

void ComparePane::loadFrame() {
    refresh();
    view_->setPicture(picture_.read(*second_));
}

void ComparePane::refresh() {
    const auto& groups = second_->groups();
    showStages(stages_, *second_, width() >= kLongNamesFrom ? StageTexts::Long : StageTexts::Short);
    const QSignalBlocker quiet(frame_);
    frame_->setRange(1, std::max(1, static_cast<int>(groups.frames.size())));
    frame_->setValue(second_->unit().frame + 1);
    frame_->setPrefix(width() >= kNamedFrameFrom ? tr("Frame ") : QString());
    frame_->setToolTip(frame_->accessibleName());
    frame_->setVisible(groups.is_video);
}

}  // namespace univi::ui
