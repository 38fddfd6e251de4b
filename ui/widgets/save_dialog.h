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
/// filter ("Markdown (*.md)"), the first one at the start. It begins in `folder`, in the documents
/// when that is empty. Deletes itself; the caller connects fileSelected with a context that lives,
/// and calls open(), which does not block.
QFileDialog* makeSaveDialog(QWidget* parent, const QString& title, const QString& name,
                            const QStringList& filters, const QString& folder = {});

}  // namespace univi::ui
