#include "ui/groups/fill_legend.h"

#include <QLinearGradient>
#include <QPainter>

#include "ui/groups/group_colors.h"
#include "ui/widgets/accessible_picture.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kSwatch = 12, kGap = 6, kBar = 96, kTextPixels = 12;

/// The sentence that a screen reader says.
QString spoken(const Legend& legend) {
    if (legend.entries.empty()) return legend.text;
    QStringList words;
    for (const Legend::Entry& entry : legend.entries) words << entry.text;
    return legend.is_scale ? words.join(QStringLiteral(" – ")) : words.join(QStringLiteral(", "));
}

}  // namespace

FillLegend::FillLegend(GroupSelection* selection, QWidget* parent)
    : QWidget(parent), selection_(selection) {
    setObjectName(QStringLiteral("fillLegend"));
    QFont small = font();
    small.setPixelSize(kTextPixels);
    setFont(small);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    for (const auto signal : {&GroupSelection::groupsChanged, &GroupSelection::unitChanged,
                              &GroupSelection::highlightChanged, &GroupSelection::drawingChanged})
        connect(selection, signal, this, &FillLegend::refresh);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
    makeAccessiblePicture(this);
    refresh();
}

QSize FillLegend::sizeHint() const {
    return {200, std::max(18, fontMetrics().height() + 2)};
}

void FillLegend::refresh() {
    const Legend legend = legendOf(*selection_);
    setVisible(!legend.entries.empty() || !legend.text.isEmpty());
    setAccessibleName(tr("What the colours mean: %1").arg(spoken(legend)));
    update();
}

void FillLegend::paintEvent(QPaintEvent*) {
    const Legend legend = legendOf(*selection_);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor words = Theme::instance().palette().textMuted;
    const double middle = height() / 2.0;
    double x = 0;
    const auto say = [&](const QString& text) {
        const double wide = painter.fontMetrics().horizontalAdvance(text);
        painter.setPen(words);
        painter.drawText(QRectF(x, 0, wide + 2, height()), Qt::AlignVCenter, text);
        x += wide + kGap;
    };
    const auto block = [&](double wide, const QBrush& brush) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(brush);
        painter.drawRoundedRect(QRectF(x, middle - kSwatch / 2.0, wide, kSwatch), 3, 3);
        x += wide + kGap;
    };
    if (legend.entries.empty()) return say(legend.text);
    if (legend.is_scale) {
        say(legend.entries.front().text);
        QLinearGradient ramp(x, 0, x + kBar, 0);
        for (int stop = 0; stop <= 4; ++stop) ramp.setColorAt(stop / 4.0, rampColor(stop / 4.0));
        block(kBar, ramp);
        return say(legend.entries.back().text);
    }
    for (const Legend::Entry& entry : legend.entries) {
        block(kSwatch, entry.color);
        say(entry.text);
        x += kGap;
    }
}

}  // namespace univi::ui
