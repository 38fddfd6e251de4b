#include "ui/chat/range_strip.h"

#include <QAbstractSlider>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "ui/chat/medium.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kHeight = 76, kHandleWidth = 14, kStepMs = 100, kPageMs = 5000;
constexpr double kLeast = 0.1, kRadius = 8;

}  // namespace

/// One end of the part: a slider over the whole video, drawn as a bar that is taken hold of.
class RangeHandle : public QAbstractSlider {
  public:
    RangeHandle(RangeStrip* strip, const QString& name) : QAbstractSlider(strip), strip_(strip) {
        setOrientation(Qt::Horizontal);
        setSingleStep(kStepMs);
        setPageStep(kPageMs);
        setFocusPolicy(Qt::StrongFocus);
        setCursor(Qt::SizeHorCursor);
        setAccessibleName(name);
        connect(this, &QAbstractSlider::valueChanged, this, [this](int value) {
            if (!is_told_) strip_->moveHandle(this, value / 1000.0);
        });
    }
    /// Without telling the strip.
    void show(double time, double seconds) {
        is_told_ = true;
        setRange(0, int(std::lround(seconds * 1000)));
        setValue(int(std::lround(time * 1000)));
        is_told_ = false;
        setToolTip(timeText(time));
        setAccessibleDescription(timeText(time));
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        const Palette& palette = Theme::instance().palette();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF bar = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
        painter.setPen(hasFocus() ? QPen(palette.text, 2) : QPen(Qt::NoPen));
        painter.setBrush(palette.accent);
        painter.drawRoundedRect(bar, 4, 4);
        painter.setPen(QPen(palette.textOnAccent, 1.6, Qt::SolidLine, Qt::RoundCap));
        const QPointF middle = bar.center();
        painter.drawLine(middle - QPointF(0, 9), middle + QPointF(0, 9));
    }
    void mousePressEvent(QMouseEvent* event) override {
        setFocus();
        event->accept();
    }
    void mouseMoveEvent(QMouseEvent* event) override {
        strip_->moveHandle(this, strip_->timeAt(mapToParent(event->position()).x()));
    }
    void focusInEvent(QFocusEvent*) override { update(); }
    void focusOutEvent(QFocusEvent*) override { update(); }

  private:
    RangeStrip* strip_;
    bool is_told_ = false;
};

RangeStrip::RangeStrip(QWidget* parent)
    : QWidget(parent),
      first_(new RangeHandle(this, tr("Begin of the part"))),
      last_(new RangeHandle(this, tr("End of the part"))) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("The video's frames and the part of it"));
    first_->hide();
    last_->hide();
}

QSize RangeStrip::sizeHint() const {
    return {560, kHeight};
}

void RangeStrip::setStrip(const QImage& strip, double seconds) {
    strip_ = strip;
    seconds_ = seconds;
    first_->setVisible(true);
    last_->setVisible(true);
    take(0, seconds);
}

void RangeStrip::setRange(double start, double end) {
    take(start, end);
}

void RangeStrip::take(double start, double end) {
    const double least = std::min(kLeast, seconds_);
    start_ = std::clamp(start, 0.0, seconds_ - least);
    end_ = std::clamp(end, start_ + least, seconds_);
    placeHandles();
    update();
}

void RangeStrip::moveHandle(const RangeHandle* handle, double time) {
    const double rounded = std::round(time * 10) / 10;
    if (handle == first_)
        take(std::min(rounded, end_ - kLeast), end_);
    else
        take(start_, std::max(rounded, start_ + kLeast));
    Q_EMIT rangeChanged(start_, end_);
}

QRectF RangeStrip::frame() const {
    return QRectF(rect()).adjusted(kHandleWidth, 2, -kHandleWidth, -2);
}

double RangeStrip::xOf(double time) const {
    return frame().left() + (seconds_ > 0 ? time / seconds_ : 0) * frame().width();
}

double RangeStrip::timeAt(double x) const {
    const double part = (x - frame().left()) / std::max(1.0, frame().width());
    return std::clamp(part, 0.0, 1.0) * seconds_;
}

/// Outside of what they hold, so that nothing of it is hidden.
void RangeStrip::placeHandles() {
    first_->setGeometry(int(std::lround(xOf(start_))) - kHandleWidth, 0, kHandleWidth, height());
    last_->setGeometry(int(std::lround(xOf(end_))), 0, kHandleWidth, height());
    first_->show(start_, seconds_);
    last_->show(end_, seconds_);
}

void RangeStrip::resizeEvent(QResizeEvent*) {
    placeHandles();
}

void RangeStrip::paintEvent(QPaintEvent*) {
    const Palette& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
    QPainterPath shape;
    shape.addRoundedRect(frame(), kRadius, kRadius);
    painter.setClipPath(shape);
    painter.fillRect(frame(), palette.window);
    if (strip_.isNull()) {
        painter.setPen(palette.textMuted);
        painter.drawText(frame(), Qt::AlignCenter, tr("Reading the video…"));
        return;
    }
    painter.drawImage(frame(), strip_);
    QColor veil = palette.dark ? QColor(0, 0, 0, 175) : QColor(255, 255, 255, 190);
    const QRectF all = frame();
    painter.fillRect(QRectF(all.left(), all.top(), xOf(start_) - all.left(), all.height()), veil);
    painter.fillRect(QRectF(xOf(end_), all.top(), all.right() - xOf(end_), all.height()), veil);
    painter.setClipping(false);
    painter.setPen(QPen(palette.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(QRectF(QPointF(xOf(start_), all.top()), QPointF(xOf(end_), all.bottom())));
}

void RangeStrip::mousePressEvent(QMouseEvent* event) {
    if (seconds_ <= 0) return;
    const double time = timeAt(event->position().x());
    if (time >= start_ && time <= end_) {
        grabbed_ = time - start_;
        return;
    }
    RangeHandle* nearest = time < start_ ? first_ : last_;
    nearest->setFocus();
    moveHandle(nearest, time);
}

void RangeStrip::mouseMoveEvent(QMouseEvent* event) {
    if (grabbed_ < 0) return;
    const double length = end_ - start_;
    const double start = std::round((timeAt(event->position().x()) - grabbed_) * 10) / 10;
    const double kept = std::clamp(start, 0.0, seconds_ - length);
    take(kept, kept + length);
    Q_EMIT rangeChanged(start_, end_);
}

void RangeStrip::mouseReleaseEvent(QMouseEvent*) {
    grabbed_ = -1;
}

}  // namespace univi::ui
