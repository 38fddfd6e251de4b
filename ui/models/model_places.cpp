#include "ui/models/model_places.h"

#include <vector>

#include "ui/models/model_chooser.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

using protocol::DevicePlace;

QString nameOf(const DevicePlace& place) {
    return QString::fromStdString(place.device).toUpper();
}

/// Layers are counted from 1, as people do.
QString layersOf(const DevicePlace& place) {
    const int first = place.first_layer + 1, last = place.first_layer + place.layers;
    return first == last ? tr("layer %1").arg(first) : tr("layers %1 to %2").arg(first).arg(last);
}

QString sizeOf(const DevicePlace& place) {
    const QString size = bytesText(place.weights + place.cache + place.workspace);
    return place.free > 0 ? tr("%1 of %2 that were free").arg(size, bytesText(place.free)) : size;
}

QString lineOf(const DevicePlace& place) {
    QStringList parts{nameOf(place)};
    if (place.front) parts << tr("vision tower, projector and embedding");
    if (place.layers > 0) parts << layersOf(place);
    if (place.head) parts << tr("head");
    parts << sizeOf(place);
    return parts.join(QStringLiteral("  ·  "));
}

}  // namespace

QString deviceText(const protocol::LoadedEvent& model) {
    if (model.places.size() < 2) return QString::fromStdString(model.device).toUpper();
    QStringList names;
    for (const DevicePlace& place : model.places) names << nameOf(place);
    return names.join(QStringLiteral(" + "));
}

QStringList placeLines(const protocol::LoadedEvent& model) {
    QStringList lines;
    if (model.places.size() < 2) return lines;
    for (const DevicePlace& place : model.places) lines << lineOf(place);
    return lines;
}

}  // namespace univi::ui
