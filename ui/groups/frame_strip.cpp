#include "ui/groups/frame_strip.h"

#include <QHelpEvent>
#include <QImageReader>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "ui/widgets/accessible_picture.h"
#include "ui/widgets/share_text.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

namespace {
constexpr int kThumbHeight = 44, kEventTop = 52, kEventHeight = 18;
constexpr int kBarTop = 78, kBarHeight = 12;  ///< of an event's share of a word's attention

/// "2 · 14 %", or what of it has room.
QString eventText(int event, const std::vector<float>& shares, const QFontMetrics& metrics,
                  double room) {
    const QString number = QString::number(event + 1);
    QStringList wanted{number};
    if (static_cast<std::size_t>(event) < shares.size())
        wanted = {number + QStringLiteral(" · ") + shareText(shares[event]),
                  shareText(shares[event]), number};
    for (const QString& text : wanted)
        if (metrics.horizontalAdvance(text) <= room) return text;
    return {};
}

}  // namespace

FrameStrip::FrameStrip(GroupSelection* selection, QWidget* parent)
    : QWidget(parent), selection_(selection) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::PointingHandCursor);
    makeAccessiblePicture(this);
    setAccessibleName(tr("Frames and events of the video"));
    for (const auto signal : {&GroupSelection::groupsChanged, &GroupSelection::unitChanged})
        connect(selection, signal, this, &FrameStrip::describe);
    connect(selection, &GroupSelection::highlightChanged, this, [this] { update(); });
    connect(&Theme::instance(), &Theme::changed, this, [this] { update(); });
}

/// Says to who does not see the strip what is to be seen in it.
void FrameStrip::describe() {
    const protocol::TokenGroups& groups = selection_->groups();
    setAccessibleDescription(
        tr("Frame %1 of %2; %Ln event(s).", nullptr, static_cast<int>(groups.event_centers.size()))
            .arg(selection_->unit().frame + 1)
            .arg(groups.frames.size()));
    update();
}

QRectF FrameStrip::frameSpan(int frame) const {
    const double count = std::max<std::size_t>(1, selection_->groups().frames.size());
    const double step = width() / count;
    return {frame * step, 0, step, static_cast<double>(height())};
}

int FrameStrip::frameAt(const QPointF& position) const {
    const int count = static_cast<int>(selection_->groups().frames.size());
    if (count == 0 || width() <= 0) return -1;
    return std::clamp(static_cast<int>(position.x() / width() * count), 0, count - 1);
}

const QImage& FrameStrip::thumbnail(int frame) {
    const QString file = QString::fromStdString(selection_->groups().frames[frame].picture);
    auto found = thumbnails_.find(file);
    if (found == thumbnails_.end()) {
        QImageReader reader(file);
        const QSize size = reader.size();
        if (size.isValid())
            reader.setScaledSize(size.scaled(400, kThumbHeight * 2, Qt::KeepAspectRatio));
        found = thumbnails_.insert(file, reader.read());
    }
    return *found;
}

void FrameStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    if (selection_->groups().frames.empty()) return;
    paintThumbnails(painter);
    paintEvents(painter);
    const Palette& palette = Theme::instance().palette();
    const QRectF current = frameSpan(selection_->unit().frame);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette.accent, 2));
    const double extra = std::max(0.0, (6 - current.width()) / 2);
    painter.drawRoundedRect(
        QRectF(current.left() - extra + 1, 1, current.width() + 2 * extra - 2, kThumbHeight + 4), 5,
        5);
}

void FrameStrip::paintThumbnails(QPainter& painter) {
    const protocol::TokenGroups& groups = selection_->groups();
    const int count = static_cast<int>(groups.frames.size());
    const double aspect =
        groups.picture_height > 0 ? double(groups.picture_width) / groups.picture_height : 1.5;
    const double thumbWidth = kThumbHeight * aspect;
    const int shown = std::clamp(static_cast<int>(std::ceil(width() / thumbWidth)), 1, count);
    painter.save();
    QPainterPath clip;
    clip.addRoundedRect(QRectF(0, 3, width(), kThumbHeight), 5, 5);
    painter.setClipPath(clip);
    for (int slot = 0; slot < shown; ++slot) {
        const int frame = slot * count / shown;
        const QImage& image = thumbnail(frame);
        const QRectF cell(slot * double(width()) / shown, 3, double(width()) / shown, kThumbHeight);
        if (image.isNull()) continue;
        // Fill the cell, cutting what stands over: strips read better without gaps.
        const QSizeF cover = cell.size().scaled(QSizeF(image.size()), Qt::KeepAspectRatio);
        const QRectF source(
            QPointF((image.width() - cover.width()) / 2, (image.height() - cover.height()) / 2),
            cover);
        painter.drawImage(cell.adjusted(0, 0, -1, 0), image, source);
        paintLit(painter, frame, cell.adjusted(0, 0, -1, 0), source, image.size());
    }
    painter.restore();
}

/// The lit group of an event, in whatever frame of it. `source`: the part of the thumbnail of that
/// size that the cell shows.
void FrameStrip::paintLit(QPainter& painter, int frame, const QRectF& cell, const QRectF& source,
                          const QSize& size) const {
    const protocol::TokenGroups& groups = selection_->groups();
    GroupUnit unit = selection_->unit();
    if (selection_->lit() < 0 || !unit.event || groups.picture_width <= 0 ||
        eventOfFrame(groups, frame) != eventOfFrame(groups, unit.frame))
        return;
    unit.frame = frame;
    QPainterPath rest;
    rest.addRect(QRectF(0, 0, groups.picture_width, groups.picture_height));
    const QPainterPath group = groupPath(groups, patchGroups(groups, unit), selection_->lit());
    painter.save();
    painter.setClipRect(cell, Qt::IntersectClip);
    painter.translate(cell.topLeft());
    painter.scale(cell.width() / source.width(), cell.height() / source.height());
    painter.translate(-source.topLeft());
    painter.scale(double(size.width()) / groups.picture_width,
                  double(size.height()) / groups.picture_height);
    painter.fillPath(rest.subtracted(group), QColor(0, 0, 0, 150));
    QPen pen(Theme::instance().palette().accent, 1.5);
    pen.setCosmetic(true);
    painter.strokePath(group, pen);
    painter.restore();
}

/// On one scale: the event that was looked at most has a full bar.
void FrameStrip::paintBar(QPainter& painter, const QRectF& span, double part,
                          const QColor& color) const {
    const double high = std::max(1.5, part * kBarHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRect(QRectF(span.left(), kBarTop + kBarHeight - high, span.width(), high));
}

void FrameStrip::paintEvents(QPainter& painter) {
    const protocol::TokenGroups& groups = selection_->groups();
    const Palette& palette = Theme::instance().palette();
    if (groups.events.empty()) {
        painter.setPen(palette.textMuted);
        painter.drawText(QRectF(0, kEventTop, width(), kEventHeight), Qt::AlignCenter,
                         tr("events appear when the last frame is read"));
        return;
    }
    const int currentEvent = eventOfFrame(groups, selection_->unit().frame);
    const std::vector<float> shares = selection_->eventShares();
    const float most = shares.empty() ? 0 : *std::max_element(shares.begin(), shares.end());
    for (int frame = 0; frame < static_cast<int>(groups.frames.size()); ++frame) {
        const int event = eventOfFrame(groups, frame);
        if (event < 0) continue;
        int last = frame;  // one span for a stretch of frames of the same event
        while (last + 1 < static_cast<int>(groups.frames.size()) &&
               eventOfFrame(groups, last + 1) == event)
            ++last;
        const QRectF span(frameSpan(frame).left() + 1, kEventTop,
                          frameSpan(last).right() - frameSpan(frame).left() - 2, kEventHeight);
        QColor color = Theme::groupColor(event);
        color.setAlphaF(event == currentEvent ? 1.0F : 0.55F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(span, 4, 4);
        if (most > 0 && static_cast<std::size_t>(event) < shares.size())
            paintBar(painter, span, shares[event] / most, Theme::groupColor(event));
        const QString text = eventText(event, shares, painter.fontMetrics(), span.width() - 6);
        painter.setPen(qGray(color.rgb()) > 140 ? QColor(20, 20, 24) : QColor(Qt::white));
        if (!text.isEmpty()) painter.drawText(span, Qt::AlignCenter, text);
        frame = last;
    }
}

void FrameStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) selection_->setFrame(frameAt(event->position()));
}

void FrameStrip::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton) selection_->setFrame(frameAt(event->position()));
}

void FrameStrip::wheelEvent(QWheelEvent* event) {
    selection_->setFrame(selection_->unit().frame + (event->angleDelta().y() < 0 ? 1 : -1));
}

/// To the first frame of the stretch of another event before or after this one.
void FrameStrip::stepEvent(int step) {
    const protocol::TokenGroups& groups = selection_->groups();
    const int count = static_cast<int>(groups.frames.size());
    int frame = selection_->unit().frame;
    const int event = eventOfFrame(groups, frame);
    while (frame >= 0 && frame < count && eventOfFrame(groups, frame) == event) frame += step;
    if (frame < 0 || frame >= count) return;
    const int other = eventOfFrame(groups, frame);
    while (frame > 0 && eventOfFrame(groups, frame - 1) == other) --frame;
    selection_->setFrame(frame);
}

void FrameStrip::keyPressEvent(QKeyEvent* event) {
    const int frame = selection_->unit().frame;
    const bool by_event = event->modifiers() & Qt::ControlModifier;
    if (by_event && (event->key() == Qt::Key_Left || event->key() == Qt::Key_Right))
        return stepEvent(event->key() == Qt::Key_Left ? -1 : 1);
    switch (event->key()) {
        case Qt::Key_Space:
            Q_EMIT playRequested();
            return;
        case Qt::Key_Left:
            selection_->setFrame(frame - 1);
            return;
        case Qt::Key_Right:
            selection_->setFrame(frame + 1);
            return;
        case Qt::Key_Home:
            selection_->setFrame(0);
            return;
        case Qt::Key_End:
            selection_->setFrame(static_cast<int>(selection_->groups().frames.size()) - 1);
            return;
        default:
            QWidget::keyPressEvent(event);
    }
}

bool FrameStrip::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int frame = frameAt(help->pos());
        if (frame < 0) return true;
        const int inEvent = eventOfFrame(selection_->groups(), frame);
        QStringList words{tr("Frame %1 at %2 s")
                              .arg(frame + 1)
                              .arg(selection_->groups().frames[frame].time_s, 0, 'f', 1)};
        if (inEvent >= 0) words << tr("event %1").arg(inEvent + 1);
        const std::vector<float> shares = selection_->eventShares();
        if (inEvent >= 0 && static_cast<std::size_t>(inEvent) < shares.size())
            words << tr("%1 of the word's attention").arg(shareText(shares[inEvent]));
        QToolTip::showText(help->globalPos(), words.join(QStringLiteral(" · ")), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace univi::ui
