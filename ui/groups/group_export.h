#pragma once

#include <QImage>
#include <QString>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// Writes what the picture shows as .png, .svg (by extension), or all groups of the medium as
/// .json. Returns an empty string, or one sentence on failure. Files are replaced atomically.
QString exportGroups(const QString& file, const GroupSelection& selection, const QImage& picture);

}  // namespace univi::ui
