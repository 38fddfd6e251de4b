#include "ui/training/devices/memory_bar.h"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include "ui/training/devices/memory_plan.h"
#include "ui/widgets/accessible_picture.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kHeight = 14;
constexpr double kRadius = 5;

}  // namespace

MemoryBar::MemoryBar(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    makeAccessiblePicture(this);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void MemoryBar::setParts(const QList<Part>& parts, qint64 limit) {
    parts_ = parts;
    limit_ = limit;
    qint64 sum = 0;
    for (const Part& part : parts) sum += part.bytes;
    setAccessibleName(limit > 0 ? tr("%1 of %2").arg(gigabytes(sum), gigabytes(limit))
                                : gigabytes(sum));
    update();
}

QSize MemoryBar::sizeHint() const {
    return {160, kHeight};
}

void MemoryBar::paintEvent(QPaintEvent*) {
    const Palette& palette = Theme::instance().palette();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath shape;
    shape.addRoundedRect(area, kRadius, kRadius);
    painter.fillPath(shape, palette.border);
    qint64 sum = 0;
    for (const Part& part : parts_) sum += part.bytes;
    const double whole = double(std::max({sum, limit_, qint64(1)}));
    painter.setClipPath(shape);
    double x = area.left();
    for (const Part& part : parts_) {
        const double width = area.width() * double(part.bytes) / whole;
        painter.fillRect(QRectF(x, area.top(), width, area.height()), part.color);
        x += width;
    }
    if (limit_ > 0 && sum > limit_) {
        const double end = area.left() + area.width() * double(limit_) / whole;
        painter.fillRect(QRectF(end, area.top(), area.right() - end, area.height()),
                         palette.danger);
        painter.fillRect(QRectF(end - 1, area.top(), 2, area.height()), palette.surface);
    }
}

bool MemoryBar::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    QStringList lines;
    for (const Part& part : parts_) lines << tr("%1: %2").arg(part.name, gigabytes(part.bytes));
    if (limit_ > 0) lines << tr("There is: %1").arg(gigabytes(limit_));
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), lines.join(QLatin1Char('\n')),
                       this);
    return true;
}

}  // namespace univi::ui
