#pragma once

#include <QString>
#include <QStringList>

class QFileDialog;
class QWidget;

namespace univi::ui {

/// A title as the name of a file: nothing that a file system or a shell stumbles over, at most 80
/// characters, no suffix. `fallback` where nothing is left.
QString fileNameFrom(const QString& title, const QString& fallback);

/// An open dialog for saving that proposes `name` (without suffix). The suffix follows the chosen
/// filter ("Markdown (*.md)"), the first one at the start. Deletes itself; the caller connects
/// fileSelected and calls open().
QFileDialog* makeSaveDialog(QWidget* parent, const QString& title, const QString& name,
                            const QStringList& filters);

}  // namespace univi::ui
