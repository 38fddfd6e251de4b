#pragma once

#include <QString>

class QMimeData;

namespace univi::ui {

enum class MediaKind { Picture, Clip, Unknown };

/// By the file's name, or its first bytes when the name says nothing. The engine decides in the end
/// whether it can be read.
MediaKind mediaKind(const QString& file);

/// The file dialog's filter: pictures and clips together, each alone, everything.
QString mediaFilter();

/// Local files in a drop or paste; pictures without a file (a screenshot) are stored in the data
/// folder first.
QStringList mediaFromMime(const QMimeData* mime);
bool hasMedia(const QMimeData* mime);

}  // namespace univi::ui
