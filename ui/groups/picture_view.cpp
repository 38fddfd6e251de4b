#include "ui/groups/picture_view.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <cmath>
#include <utility>

#include "ui/groups/group_text.h"

#include "ui/widgets/accessible_picture.h"
#include "ui/widgets/desktop_motion.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/own_escape.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kFlowMs = 250;

}  // namespace

PictureView::PictureView(GroupSelection* selection, QWidget* parent)
    : QWidget(parent), selection_(selection) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(96, 96);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    makeAccessiblePicture(this);
    setAccessibleName(tr("Picture with its token groups"));
    flow_.setDuration(kFlowMs);
    flow_.setEasingCurve(QEasingCurve::InOutCubic);
    flow_.setStartValue(0.0);
    flow_.setEndValue(1.0);
    connect(&flow_, &QVariantAnimation::valueChanged, this, [this](const QVariant& part) {
        painter_.setFlow(part.toDouble());
        update();
    });
    connect(selection, &GroupSelection::groupsChanged, this, &PictureView::endFlow);
    connect(selection, &GroupSelection::unitChanged, this, &PictureView::followUnit);
    connect(selection, &GroupSelection::highlightChanged, this, [this] {
        describe();
        update();
    });
    connect(selection, &GroupSelection::drawingChanged, this, qOverload<>(&QWidget::update));
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void PictureView::setPicture(const QImage& picture) {
    picture_ = picture;
    prepare();
}

void PictureView::setMessage(const QString& message) {
    message_ = message;
    update();
}

/// Groups merge from stage to stage of one frame; anything else is another picture.
void PictureView::followUnit() {
    GroupUnit same = std::exchange(unit_, selection_->unit());
    same.stage = unit_.stage;
    endFlow();
    if (same == unit_ && isVisible() && DesktopMotion::isWanted()) {
        painter_.beginFlow();
        flow_.start();
    }
    prepare();
}

void PictureView::endFlow() {
    flow_.stop();
    painter_.setFlow(1);
}

void PictureView::prepare() {
    unit_ = selection_->unit();
    const QSize before = painter_.size();
    painter_.prepare(*selection_, picture_);
    if (painter_.size() != before) zoom_.fit();
    describe();
    update();
}

/// Says to who does not see the picture what is to be seen in it.
void PictureView::describe() {
    setAccessibleDescription(
        describeGroups(selection_->groups(), selection_->unit(), selection_->lit()));
}

QRectF PictureView::pictureRect() const {
    return painter_.isEmpty() ? QRectF() : zoom_.place(QSizeF(painter_.size()), QSizeF(size()));
}

void PictureView::zoomBy(double times, const QPointF& position) {
    if (painter_.isEmpty()) return;
    zoom_.by(times, position, QSizeF(painter_.size()), QSizeF(size()));
    update();
}

void PictureView::paintZoom(QPainter& painter) const {
    if (zoom_.isFitted()) return;
    const QString text = QStringLiteral("× %1").arg(locale().toString(zoom_.factor(), 'f', 1));
    const QSizeF room(painter.fontMetrics().horizontalAdvance(text) + 16, 22);
    const QRectF chip(QPointF(width() - room.width() - 8, 8), room);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(16, 18, 24, 190));
    painter.drawRoundedRect(chip, 11, 11);
    painter.setPen(Qt::white);
    painter.drawText(chip, Qt::AlignCenter, text);
}

void PictureView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Palette& palette = Theme::instance().palette();
    if (painter_.isEmpty()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette.raised);
        painter.drawRoundedRect(rect(), 8, 8);
        const QRectF middle = QRectF(rect()).adjusted(24, 0, -24, 0);
        paintIcon(painter, QStringLiteral("groups"), IconTone::Muted,
                  {middle.center() - QPointF(16, 44), QSizeF(32, 32)});
        painter.setPen(palette.textMuted);
        painter.drawText(middle.translated(0, 28), Qt::AlignCenter | Qt::TextWordWrap, message_);
        return;
    }
    painter_.paint(painter, pictureRect(), *selection_, palette.accent);
    if (hasFocus()) {
        painter.setPen(QPen(palette.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(pictureRect().intersected(QRectF(rect())).adjusted(1, 1, -1, -1));
    }
    paintZoom(painter);
}

int PictureView::patchUnder(const QPointF& position) const {
    const QRectF rect = pictureRect();
    if (!rect.contains(position) || painter_.map().empty()) return -1;
    const QPointF inside = (position - rect.topLeft()) * (painter_.size().width() / rect.width());
    return patchAt(selection_->groups(), inside);
}

int PictureView::groupAt(const QPointF& position) const {
    const int patch = patchUnder(position);
    return patch < 0 ? -1 : painter_.map()[patch];
}

void PictureView::pointAt(int patch) {
    selection_->setHovered(patch < 0 ? -1 : painter_.map()[patch]);
    if (std::exchange(patch_, patch) != patch) Q_EMIT patchPointedAt(patch);
}

void PictureView::mouseMoveEvent(QMouseEvent* event) {
    const QPointF position = event->position();
    if (event->buttons() & (Qt::LeftButton | Qt::MiddleButton)) {
        const double way = (position - pressed_).manhattanLength();
        drags_ = drags_ || (!zoom_.isFitted() && way >= QApplication::startDragDistance());
        if (drags_) {
            zoom_.pan(position - dragged_, QSizeF(painter_.size()), QSizeF(size()));
            setCursor(Qt::ClosedHandCursor);
            update();
        }
        dragged_ = position;
    }
    pointAt(drags_ ? -1 : patchUnder(position));
}

void PictureView::mousePressEvent(QMouseEvent* event) {
    pressed_ = dragged_ = event->position();
    drags_ = false;
    setFocus(Qt::MouseFocusReason);
}

/// A click keeps the group under it; the end of a drag does not.
void PictureView::mouseReleaseEvent(QMouseEvent* event) {
    unsetCursor();
    if (std::exchange(drags_, false) || event->button() != Qt::LeftButton) return;
    const int group = groupAt(event->position());
    if (group >= 0 || selection_->pinned() >= 0)
        selection_->setPinned(group >= 0 ? group : selection_->pinned());
}

void PictureView::wheelEvent(QWheelEvent* event) {
    zoomBy(std::pow(1.2, event->angleDelta().y() / 120.0), event->position());
    event->accept();
}

bool PictureView::event(QEvent* event) {
    if (selection_->pinned() >= 0 && takesEscape(event)) return true;
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoomBy(1 + gesture->value(), gesture->position());
            return true;
        }
    }
    return QWidget::event(event);
}

bool PictureView::zoomKey(int key) {
    const QPointF middle = QRectF(rect()).center();
    if (key == Qt::Key_Plus || key == Qt::Key_Equal)
        zoomBy(1.5, middle);
    else if (key == Qt::Key_Minus)
        zoomBy(1 / 1.5, middle);
    else if (key == Qt::Key_0)
        zoom_.fit();
    else
        return false;
    update();
    return true;
}

void PictureView::leaveEvent(QEvent*) {
    pointAt(-1);
}

void PictureView::keyPressEvent(QKeyEvent* event) {
    const protocol::StageGroups* stage = stageOf(selection_->groups(), selection_->unit());
    const int count = stage == nullptr ? 0 : static_cast<int>(stage->sizes.size());
    const int pinned = selection_->pinned();
    switch (event->key()) {
        case Qt::Key_Left:
            selection_->setFrame(selection_->unit().frame - 1);
            return;
        case Qt::Key_Right:
            selection_->setFrame(selection_->unit().frame + 1);
            return;
        case Qt::Key_Down:
            if (count > 0) selection_->setPinned((pinned + 1) % count);
            return;
        case Qt::Key_Up:
            if (count > 0) selection_->setPinned((pinned + count - (pinned < 0 ? 0 : 1)) % count);
            return;
        case Qt::Key_Space:
            Q_EMIT playRequested();
            return;
        case Qt::Key_Escape:
            if (pinned >= 0) {
                selection_->setPinned(pinned);
                return;
            }
            break;
        default:
            if (zoomKey(event->key())) return;
            break;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace univi::ui
