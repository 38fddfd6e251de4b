#include "ui/widgets/open_dialog.h"

#include <QFileDialog>
#include <QFileInfo>

namespace univi::ui {

QFileDialog* makeOpenDialog(QWidget* parent, const QString& title, const QString& start,
                            const QString& filter) {
    const QFileInfo place(start);
    const bool is_file = !start.isEmpty() && !place.isDir();
    auto* dialog = new QFileDialog(parent, title, is_file ? place.path() : start, filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    if (is_file && place.exists()) dialog->selectFile(place.fileName());
    return dialog;
}

QFileDialog* makeFolderDialog(QWidget* parent, const QString& title, const QString& start) {
    auto* dialog = new QFileDialog(parent, title, start);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    return dialog;
}

}  // namespace univi::ui
