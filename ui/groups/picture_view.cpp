#include "ui/groups/picture_view.h"

#include <QKeyEvent>
#include <QMouseEvent>

#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

PictureView::PictureView(GroupSelection* selection, QWidget* parent)
    : QWidget(parent), selection_(selection) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(200, 160);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setAccessibleName(tr("Picture with its token groups"));
    connect(selection, &GroupSelection::unitChanged, this, &PictureView::prepare);
    connect(selection, &GroupSelection::highlightChanged, this, qOverload<>(&QWidget::update));
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

void PictureView::prepare() {
    painter_.prepare(*selection_, picture_);
    update();
}

QRectF PictureView::pictureRect() const {
    if (painter_.isEmpty()) return {};
    const QSizeF fitted = QSizeF(painter_.size()).scaled(QSizeF(size()), Qt::KeepAspectRatio);
    return {QPointF((width() - fitted.width()) / 2, (height() - fitted.height()) / 2), fitted};
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
        painter.drawRect(pictureRect().adjusted(1, 1, -1, -1));
    }
}

int PictureView::groupAt(const QPointF& position) const {
    const QRectF rect = pictureRect();
    if (!rect.contains(position) || painter_.map().empty()) return -1;
    const QPointF inside = (position - rect.topLeft()) * (painter_.size().width() / rect.width());
    const int patch = patchAt(selection_->groups(), inside);
    return patch < 0 ? -1 : painter_.map()[patch];
}

void PictureView::mouseMoveEvent(QMouseEvent* event) {
    selection_->setHovered(groupAt(event->position()));
}

void PictureView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) return;
    setFocus(Qt::MouseFocusReason);
    const int group = groupAt(event->position());
    if (group >= 0 || selection_->pinned() >= 0)
        selection_->setPinned(group >= 0 ? group : selection_->pinned());
}

void PictureView::leaveEvent(QEvent*) {
    selection_->setHovered(-1);
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
        case Qt::Key_Escape:
            if (pinned >= 0) {
                selection_->setPinned(pinned);
                return;
            }
            break;
        default:
            break;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace univi::ui
