#include "ui/widgets/plot.h"

#include "ui/widgets/plot_header.h"

#include <QVBoxLayout>

#include "ui/widgets/accessible_picture.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

QCustomPlot* fillWithPlot(QWidget* owner, int height, const QString& name) {
    auto* plot = new QCustomPlot(owner);
    auto* layout = new QVBoxLayout(owner);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(plot);
    plot->setMinimumHeight(height);
    makeAccessiblePicture(plot);
    plot->setAccessibleName(name);
    return plot;
}

void dressPlot(QCustomPlot* plot, const QColor& ground) {
    const Palette& palette = Theme::instance().palette();
    plot->setBackground(ground);
    plot->axisRect()->setBackground(ground);
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
        axis->setBasePen(QPen(palette.border));
        axis->setTickPen(QPen(palette.border));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(palette.textMuted);
        axis->setLabelColor(palette.textMuted);
        axis->grid()->setPen(QPen(palette.border, 0.5, Qt::DotLine));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
}

}  // namespace univi::ui
