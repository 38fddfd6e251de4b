#pragma once

#include <QString>

class QFileDialog;
class QWidget;

namespace univi::ui {

// Dialogs that ask for what is there already. They begin in the folder of `start` with it chosen,
// or where the program is when it is empty, and delete themselves; the caller connects fileSelected
// (filesSelected) with a context that lives, and calls open(), which does not block.

/// For one file. `filter`: "Pictures (*.png *.jpg);;All files (*)"; empty: every file.
QFileDialog* makeOpenDialog(QWidget* parent, const QString& title, const QString& start,
                            const QString& filter = {});

/// For a folder.
QFileDialog* makeFolderDialog(QWidget* parent, const QString& title, const QString& start);

}  // namespace univi::ui
