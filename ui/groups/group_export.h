#pragma once

#include <QImage>
#include <QString>

#include "ui/groups/group_selection.h"

namespace univi::ui {

struct ExportOptions {
    int width = 0;  ///< pixels; 0: the picture's, or some of it again so that borders are hairlines
    int dpi = 300;  ///< of PNG and PDF
};

/// Pixels of an exported picture, in the picture's proportions.
QSize exportSize(const QSize& picture, const ExportOptions& options);

/// Writes what the picture shows as .png, .svg or .pdf (by extension), all groups of the medium as
/// .json, or a line a group as .csv. Returns an empty string, or one sentence on failure. Files are
/// replaced atomically.
QString exportGroups(const QString& file, const GroupSelection& selection, const QImage& picture,
                     const ExportOptions& options = {});

}  // namespace univi::ui
