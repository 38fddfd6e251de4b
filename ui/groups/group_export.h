#pragma once

#include <QImage>
#include <QList>
#include <QString>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// What a picture shows: its groups as they are drawn, and the frame's pixels.
struct GroupPicture {
    const GroupSelection* selection = nullptr;
    QImage frame;
};
/// One picture, or several beside each other on white, as published ones are.
using GroupFigure = QList<GroupPicture>;
/// Pixels of all together: as high as the first.
QSize sizeOf(const GroupFigure& figure);

struct ExportOptions {
    int width = 0;  ///< pixels; 0: the figure's, or some of it again so that borders are hairlines
    int dpi = 300;  ///< of PNG and PDF
};

/// Pixels of an exported picture, in the picture's proportions.
QSize exportSize(const QSize& picture, const ExportOptions& options);

/// Writes the figure as .png, .svg or .pdf (by extension), all groups of the first one's medium as
/// .json, or a line a group as .csv. Returns an empty string, or one sentence on failure. Files are
/// replaced atomically.
QString exportGroups(const QString& file, const GroupFigure& figure,
                     const ExportOptions& options = {});

}  // namespace univi::ui
