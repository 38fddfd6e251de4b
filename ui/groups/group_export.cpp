#include "ui/groups/group_export.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPainter>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/protocol/engine_protocol.h"
#include "ui/groups/picture_painter.h"
#include "ui/text/translate.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

namespace {

QByteArray toJson(const GroupSelection& selection) {
    return QByteArray::fromStdString(
        protocol::to_json(selection.groups())
            .dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// One line a group: of which frame or event, stage, number, patches, and of its centre the patch,
/// density and distance. The heading names the fields of the JSON.
void addLines(QByteArray& lines, const char* level, int index,
              const std::array<protocol::StageGroups, 3>& stages) {
    const auto number = [](const std::vector<float>& values, int at) {
        const bool held = at >= 0 && static_cast<std::size_t>(at) < values.size();
        return held ? QByteArray::number(values[at], 'g', 7) : QByteArray();
    };
    for (int stage = 0; stage < 3; ++stage) {
        const protocol::StageGroups& groups = stages[stage];
        for (int group = 0; group < static_cast<int>(groups.sizes.size()); ++group) {
            const auto at = static_cast<std::size_t>(group);
            const int center = at < groups.centers.size() ? groups.centers[at] : -1;
            const int patch = at < groups.center_patches.size() ? groups.center_patches[at] : -1;
            lines += QByteArray(level) + ',' + QByteArray::number(index) + ',' +
                     QByteArray::number(stage) + ',' + QByteArray::number(group) + ',' +
                     QByteArray::number(groups.sizes[at]) + ',' + QByteArray::number(patch) + ',' +
                     number(groups.density, center) + ',' + number(groups.distance, center) + '\n';
        }
    }
}

QByteArray toCsv(const GroupSelection& selection) {
    const protocol::TokenGroups& groups = selection.groups();
    QByteArray lines = "level,index,stage,group,patches,center_patch,density,distance\n";
    for (std::size_t frame = 0; frame < groups.frames.size(); ++frame)
        addLines(lines, "frame", static_cast<int>(frame), groups.frames[frame].stages);
    for (std::size_t event = 0; event < groups.events.size(); ++event)
        addLines(lines, "event", static_cast<int>(event), groups.events[event].stages);
    return lines;
}

/// Of the first picture's width.
constexpr double kGap = 1.0 / 24;

/// Where each picture stands in a file of that size.
QList<QRectF> placesIn(const QSize& size, const GroupFigure& figure) {
    QList<QRectF> places;
    const QSize whole = sizeOf(figure), first = figure.front().frame.size();
    const double scale = double(size.width()) / std::max(1, whole.width());
    double x = 0;
    for (const GroupPicture& each : figure) {
        const QSizeF own = each.frame.size();
        const double wide = own.width() * first.height() / std::max(1.0, own.height());
        places << QRectF(x * scale, 0, wide * scale, size.height());
        x += wide + first.width() * kGap;
    }
    return places;
}

void draw(QPaintDevice* device, const QSize& size, const GroupFigure& figure) {
    QPainter painter(device);
    painter.setRenderHint(QPainter::Antialiasing);
    const QList<QRectF> places = placesIn(size, figure);
    for (qsizetype i = 0; i < figure.size(); ++i) {
        PicturePainter picture;
        picture.prepare(*figure[i].selection, figure[i].frame);
        picture.paint(painter, places[i], *figure[i].selection, Theme::instance().palette().accent,
                      PicturePainter::Purpose::File);
    }
}

QString titleOf(const GroupFigure& figure) {
    return QFileInfo(QString::fromStdString(figure.front().selection->groups().source)).fileName();
}

QByteArray toSvg(const QSize& size, const GroupFigure& figure) {
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(titleOf(figure));
    draw(&generator, size, figure);
    return buffer.data();
}

/// A page of just the picture's size.
QByteArray toPdf(const QSize& size, int dpi, const GroupFigure& figure) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter page(&buffer);
        page.setResolution(dpi);
        page.setTitle(titleOf(figure));
        page.setPageSize(QPageSize(QSizeF(size) / dpi, QPageSize::Inch));
        page.setPageMargins({});
        draw(&page, size, figure);
    }
    return buffer.data();
}

QByteArray toPng(const QSize& size, int dpi, const GroupFigure& figure) {
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::white);
    draw(&image, size, figure);
    const int per_meter = static_cast<int>(std::lround(dpi / 0.0254));
    image.setDotsPerMeterX(per_meter);
    image.setDotsPerMeterY(per_meter);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return buffer.data();
}

}  // namespace

QSize exportSize(const QSize& picture, const ExportOptions& options) {
    if (picture.isEmpty()) return {0, 0};
    if (options.width > 0) {
        const double height = double(options.width) * picture.height() / picture.width();
        return {options.width, std::max(1, static_cast<int>(std::lround(height)))};
    }
    return picture * std::max(1, 1024 / picture.height());
}

QSize sizeOf(const GroupFigure& figure) {
    if (figure.isEmpty() || figure.front().frame.isNull()) return {0, 0};
    const QSize first = figure.front().frame.size();
    double wide = (double(figure.size()) - 1) * first.width() * kGap;
    for (const GroupPicture& each : figure)
        wide += double(each.frame.width()) * first.height() / std::max(1, each.frame.height());
    return {static_cast<int>(std::lround(wide)), first.height()};
}

QString exportGroups(const QString& file, const GroupFigure& figure, const ExportOptions& options) {
    const QString kind = QFileInfo(file).suffix().toLower();
    const bool numbers = kind == QLatin1String("json") || kind == QLatin1String("csv");
    if (!numbers && sizeOf(figure).isEmpty()) return tr("There is no picture to export yet.");
    const QSize size = exportSize(sizeOf(figure), options);
    QByteArray bytes;
    if (kind == QLatin1String("json"))
        bytes = toJson(*figure.front().selection);
    else if (kind == QLatin1String("csv"))
        bytes = toCsv(*figure.front().selection);
    else if (kind == QLatin1String("svg"))
        bytes = toSvg(size, figure);
    else if (kind == QLatin1String("pdf"))
        bytes = toPdf(size, options.dpi, figure);
    else if (kind == QLatin1String("png"))
        bytes = toPng(size, options.dpi, figure);
    else
        return tr("%1 was not written: name it .png, .svg, .pdf, .json or .csv.")
            .arg(QFileInfo(file).fileName());
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit()) {
        return tr("%1 could not be written: %2.")
            .arg(QFileInfo(file).fileName(), out.errorString());
    }
    return {};
}

}  // namespace univi::ui
