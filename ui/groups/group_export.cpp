#include "ui/groups/group_export.h"

#include <QBuffer>
#include <QFileInfo>
#include <QPainter>
#include <QSaveFile>
#include <QSvgGenerator>
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

/// Small pictures are drawn larger, so that borders come out as the hairlines they are
/// on the screen.
QSize exportSize(const QSize& picture) {
    const int factor = std::max(1, 1024 / std::max(1, std::max(picture.width(), picture.height())));
    return picture * factor;
}

void draw(QPaintDevice* device, const QSize& size, const GroupSelection& selection,
          const QImage& picture) {
    PicturePainter picturePainter;
    picturePainter.prepare(selection, picture);
    QPainter painter(device);
    painter.setRenderHint(QPainter::Antialiasing);
    picturePainter.paint(painter, QRectF(QPointF(0, 0), QSizeF(size)), selection,
                         Theme::instance().palette().accent, PicturePainter::Purpose::File);
}

QByteArray toSvg(const QSize& size, const GroupSelection& selection, const QImage& picture) {
    QBuffer buffer;
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(0, 0), size));
    generator.setTitle(QFileInfo(QString::fromStdString(selection.groups().source)).fileName());
    draw(&generator, size, selection, picture);
    return buffer.data();
}

QByteArray toPng(const QSize& size, const GroupSelection& selection, const QImage& picture) {
    QImage image(size, QImage::Format_RGB32);
    draw(&image, size, selection, picture);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return buffer.data();
}

}  // namespace

QString exportGroups(const QString& file, const GroupSelection& selection, const QImage& picture) {
    const QString kind = QFileInfo(file).suffix().toLower();
    if (kind != QLatin1String("json") && picture.isNull())
        return tr("There is no picture to export yet.");
    QByteArray bytes;
    if (kind == QLatin1String("json"))
        bytes = toJson(selection);
    else if (kind == QLatin1String("svg"))
        bytes = toSvg(exportSize(picture.size()), selection, picture);
    else if (kind == QLatin1String("png"))
        bytes = toPng(exportSize(picture.size()), selection, picture);
    else
        return tr("%1 was not written: name it .png, .svg or .json.")
            .arg(QFileInfo(file).fileName());
    QSaveFile out(file);
    if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size() || !out.commit()) {
        return tr("%1 could not be written: %2.")
            .arg(QFileInfo(file).fileName(), out.errorString());
    }
    return {};
}

}  // namespace univi::ui
