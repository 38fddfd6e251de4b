#include "ui/groups/picture_pair.h"

#include <QEvent>
#include <algorithm>

#include "ui/groups/compare_pane.h"
#include "ui/groups/group_text.h"
#include "ui/groups/picture_view.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"

namespace univi::ui {
namespace {

constexpr int kGap = 8, kLeast = 96;

}  // namespace

PicturePair::PicturePair(GroupSelection* selection, PictureView* first, ComparePane* second,
                         QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      first_(first),
      second_(second),
      caption_(new ElidedLabel) {
    first_->setParent(this);
    caption_->setParent(this);
    caption_->setProperty("type", "small");
    second_->setParent(this);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    for (const auto signal : {&GroupSelection::groupsChanged, &GroupSelection::unitChanged})
        connect(selection, signal, this, &PicturePair::name);
    setCompares(false);
}

void PicturePair::setCompares(bool wanted) {
    second_->setVisible(wanted);
    updateGeometry();
    place();
}

/// What one of them has where they stand above each other, and beside each other.
QSize PicturePair::cellAbove() const {
    return {width(), (height() - second_->headHeight() - kGap) / 2};
}

QSize PicturePair::cellBeside() const {
    return {(width() - kGap) / 2, height() - second_->headHeight()};
}

/// Of the picture at that width.
int PicturePair::heightOf(int width) const {
    const protocol::TokenGroups& groups = selection_->groups();
    if (groups.picture_width <= 0) return width;
    return width * groups.picture_height / groups.picture_width;
}

/// As they are larger with their own proportions.
bool PicturePair::isBeside() const {
    const auto fitted = [this](const QSize& cell) {
        return std::min(heightOf(cell.width()), cell.height());
    };
    return fitted(cellBeside()) > fitted(cellAbove());
}

QSize PicturePair::minimumSizeHint() const {
    if (second_->isHidden()) return {kLeast, kLeast + 24};
    // Above each other they need more height than beside each other, where the width is free.
    return {2 * kLeast + kGap, kLeast + second_->headHeight()};
}

void PicturePair::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    place();
}

bool PicturePair::event(QEvent* event) {
    if (event->type() == QEvent::LayoutRequest) place();
    return QWidget::event(event);
}

void PicturePair::place() {
    const bool is_alone = second_->isHidden(), is_beside = !is_alone && isBeside();
    caption_->setVisible(is_beside);
    if (is_alone) return first_->setGeometry(rect());
    const int head = second_->headHeight();
    if (!is_beside) {
        const QSize cell = cellAbove();
        first_->setGeometry(QRect({0, 0}, cell));
        second_->setGeometry(0, cell.height() + kGap, width(), head + cell.height());
        return;
    }
    const QSize room = cellBeside();
    const QSize cell(room.width(), std::min(room.height(), heightOf(room.width())));
    const int top = (room.height() - cell.height()) / 2;
    caption_->setGeometry(0, top, cell.width(), head);
    first_->setGeometry(QRect({0, top + head}, cell));
    second_->setGeometry(width() - cell.width(), top, cell.width(), head + cell.height());
}

/// The second one's buttons name what it shows; the first has its name there.
void PicturePair::name() {
    const protocol::StageGroups* stage = stageOf(selection_->groups(), selection_->unit());
    const QString groups = stage == nullptr ? QString()
                                            : stageName(selection_->unit().stage,
                                                        static_cast<int>(stage->sizes.size()));
    caption_->setText(selection_->groups().is_video
                          ? tr("%1 · frame %2").arg(groups).arg(selection_->unit().frame + 1)
                          : groups);
    place();
}

}  // namespace univi::ui
