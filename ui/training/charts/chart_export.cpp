#include "ui/training/charts/chart_export.h"

#include <QFileInfo>
#include <QImage>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <QTextStream>
#include <algorithm>
#include <cmath>

#include "ui/text/translate.h"
#include "ui/training/charts/run_chart.h"
#include "ui/widgets/plot_header.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr QSize kChart{560, 260};
constexpr int kGap = 16, kFine = 2;
constexpr int kDotsPerInch = 96;

QSize pageOf(qsizetype charts, int columns) {
    const int rows = int((charts + columns - 1) / columns);
    return {columns * kChart.width() + (columns + 1) * kGap,
            rows * kChart.height() + (rows + 1) * kGap};
}

void drawAll(QPaintDevice* device, const QList<RunChart*>& charts, int columns, double scale) {
    QCPPainter painter;
    painter.begin(device);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(scale, scale);
    painter.fillRect(QRect(QPoint(0, 0), pageOf(charts.size(), columns)),
                     Theme::instance().palette().surface);
    for (qsizetype i = 0; i < charts.size(); ++i) {
        const int row = int(i) / columns, column = int(i) % columns;
        charts[i]->paintOn(painter, QRect(QPoint(kGap + column * (kChart.width() + kGap),
                                                 kGap + row * (kChart.height() + kGap)),
                                          kChart));
    }
    painter.end();
}

QString csvWord(const QString& word) {
    if (!word.contains(QLatin1Char(',')) && !word.contains(QLatin1Char('"')) &&
        !word.contains(QLatin1Char('\n')))
        return word;
    return QLatin1Char('"') + QString(word).replace(QLatin1Char('"'), QStringLiteral("\"\"")) +
           QLatin1Char('"');
}

void writeRun(QTextStream& out, const NamedCurves& run, const QStringList& names) {
    std::vector<const Curve*> curves;
    for (const QString& name : names) {
        const auto found = run.curves->constFind(name);
        curves.push_back(found == run.curves->constEnd() ? nullptr : &*found);
    }
    std::vector<std::size_t> at(curves.size(), 0);
    const QString word = csvWord(run.run);
    for (;;) {
        std::int64_t step = -1;
        for (std::size_t i = 0; i < curves.size(); ++i)
            if (curves[i] && at[i] < curves[i]->size() &&
                (step < 0 || curves[i]->steps[at[i]] < step))
                step = curves[i]->steps[at[i]];
        if (step < 0) return;
        out << word << ',' << step;
        for (std::size_t i = 0; i < curves.size(); ++i) {
            out << ',';
            if (!curves[i] || at[i] >= curves[i]->size() || curves[i]->steps[at[i]] != step)
                continue;
            const float value = curves[i]->values[at[i]++];
            if (std::isfinite(value)) out << QByteArray::number(double(value), 'g', 9);
        }
        out << '\n';
    }
}

}  // namespace

bool writeCurves(const QString& path, const std::vector<NamedCurves>& runs, QString& problem) {
    QStringList names;
    for (const NamedCurves& run : runs) names += run.curves->keys();
    names.removeDuplicates();
    names.sort();
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        QTextStream out(&file);
        QStringList head{QStringLiteral("run"), QStringLiteral("step")};
        for (const QString& name : std::as_const(names)) head << csvWord(name);
        out << head.join(QLatin1Char(',')) << '\n';
        for (const NamedCurves& run : runs) writeRun(out, run, names);
        out.flush();
        if (out.status() == QTextStream::Ok && file.commit()) return true;
    }
    problem = tr("%1 was not written: %2.").arg(path, file.errorString());
    return false;
}

bool drawCharts(const QString& path, const QList<RunChart*>& charts, int columns,
                QString& problem) {
    problem.clear();
    if (charts.isEmpty()) {
        problem = tr("There is no chart to export yet.");
        return false;
    }
    const QSize page = pageOf(charts.size(), columns);
    const QString ending = QFileInfo(path).suffix().toLower();
    bool written = false;
    if (ending == QLatin1String("svg")) {
        QSvgGenerator svg;
        svg.setFileName(path);
        svg.setSize(page);
        svg.setViewBox(QRect(QPoint(0, 0), page));
        svg.setTitle(tr("Training curves"));
        drawAll(&svg, charts, columns, 1);
        written = QFileInfo(path).size() > 0;
    } else if (ending == QLatin1String("pdf")) {
        QPdfWriter pdf(path);
        pdf.setResolution(kDotsPerInch);
        pdf.setPageSize(QPageSize(QSizeF(page) * 72.0 / kDotsPerInch, QPageSize::Point));
        pdf.setPageMargins(QMarginsF(0, 0, 0, 0));
        drawAll(&pdf, charts, columns, 1);
        written = QFileInfo(path).size() > 0;
    } else if (ending == QLatin1String("png")) {
        QImage image(page * kFine, QImage::Format_RGB32);
        drawAll(&image, charts, columns, kFine);
        written = image.save(path, "PNG");
    } else {
        problem =
            tr("%1 ends with none of .png, .svg, .pdf and .csv.").arg(QFileInfo(path).fileName());
        return false;
    }
    if (!written)
        problem = tr("%1 was not written: is the folder there, and is there room?").arg(path);
    return written;
}

}  // namespace univi::ui
