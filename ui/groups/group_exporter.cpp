#include "ui/groups/group_exporter.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>
#include <utility>

#include "ui/groups/group_export_dialog.h"
#include "ui/widgets/build.h"
#include "ui/widgets/save_dialog.h"

namespace univi::ui {

GroupExporter::GroupExporter(std::function<GroupFigure()> figure, QWidget* parent)
    : QObject(parent), figure_(std::move(figure)), parent_(parent) {}

void GroupExporter::choose() {
    auto* kind = new GroupExportDialog(sizeOf(figure_()), parent_);
    connect(kind, &QDialog::accepted, this,
            [this, kind] { chooseFile(kind->filter(), kind->options()); });
    openOnce(kind);
}

void GroupExporter::chooseFile(const QString& filter, const ExportOptions& options) {
    const QString base =
        QFileInfo(QString::fromStdString(figure_().front().selection->groups().source))
            .completeBaseName();
    QFileDialog* dialog = makeSaveDialog(
        parent_, tr("Export token groups"), base + QStringLiteral("-groups"), {filter},
        QStandardPaths::writableLocation(QStandardPaths::PicturesLocation));
    connect(dialog, &QFileDialog::fileSelected, this, [this, options](const QString& file) {
        const QString failure = exportGroups(file, figure_(), options);
        Q_EMIT said(failure.isEmpty() ? tr("Exported %1.").arg(QFileInfo(file).fileName())
                                      : failure);
    });
    dialog->open();
}

}  // namespace univi::ui
