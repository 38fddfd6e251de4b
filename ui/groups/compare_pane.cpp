#include "ui/groups/compare_pane.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QImageReader>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <algorithm>

#include "ui/groups/picture_view.h"
#include "ui/groups/stage_buttons.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

/// What holds the patch under the mouse in one view is lit in the other.
void lightFrom(const PictureView* from, const PictureView* to, GroupSelection* selection) {
    QObject::connect(from, &PictureView::patchPointedAt, selection, [to, selection](int patch) {
        const std::vector<int>& map = to->painter().map();
        const bool inside = patch >= 0 && static_cast<std::size_t>(patch) < map.size();
        selection->setHovered(inside ? map[static_cast<std::size_t>(patch)] : -1);
    });
}

}  // namespace

ComparePane::ComparePane(GroupSelection* first, PictureView* first_view, QWidget* parent)
    : QWidget(parent),
      first_(first),
      second_(new GroupSelection(this)),
      view_(new PictureView(second_)),
      stages_(new QButtonGroup(this)),
      frame_(new QSpinBox) {
    setObjectName(QStringLiteral("comparePane"));
    view_->setAccessibleName(tr("Second picture with its token groups"));
    view_->setMinimumSize(120, 100);
    frame_->setAccessibleName(tr("Frame of the second picture"));
    frame_->setPrefix(tr("Frame "));
    frame_->setKeyboardTracking(false);
    frame_->setWrapping(true);
    column(this, {.margins = {0, 6, 0, 0}, .spacing = 6},
           {row({.spacing = 8}, {makeStageButtons(stages_), Part::stretch(), frame_}), {view_, 1}});
    connect(first, &GroupSelection::groupsChanged, this, &ComparePane::takeGroups);
    connect(first, &GroupSelection::drawingChanged, this, &ComparePane::takeDrawing);
    connect(first, &GroupSelection::unitChanged, this,
            [this] { second_->setEventLevel(first_->unit().event); });
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
    lightFrom(first_view, view_, second_);
    lightFrom(view_, first_view, first_);
    second_->setStage((first->unit().stage + 1) % 3);
}

/// What is not shown is not kept up: it may hold a clip's groups.
void ComparePane::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    takeDrawing();
    takeGroups();
}

void ComparePane::takeGroups() {
    if (isHidden()) return;
    const bool is_new = second_->isEmpty();
    second_->setGroups(first_->groups());
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
    if (!isHidden())
        second_->setValues(first_->values(), first_->attentionScale(), first_->meaning());
}

/// A group is the same one in every frame of its event, of the same stage.
bool ComparePane::showsSameGroups() const {
    const GroupUnit &one = first_->unit(), &other = second_->unit();
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
    if (second_->isEmpty()) return view_->setPicture({});
    const auto& frame = second_->groups().frames[static_cast<std::size_t>(second_->unit().frame)];
    QImageReader reader(QString::fromStdString(frame.picture));
    reader.setAutoTransform(true);
    view_->setPicture(reader.read());
}

void ComparePane::refresh() {
    const auto& groups = second_->groups();
    showStages(stages_, *second_);
    const QSignalBlocker quiet(frame_);
    frame_->setRange(1, std::max(1, static_cast<int>(groups.frames.size())));
    frame_->setValue(second_->unit().frame + 1);
    frame_->setVisible(groups.is_video);
}

}  // namespace univi::ui
