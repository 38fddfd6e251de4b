#include "ui/groups/group_export_dialog.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

#include "ui/widgets/build.h"

namespace univi::ui {

GroupExportDialog::GroupExportDialog(const QSize& picture, QWidget* parent)
    : QDialog(parent),
      picture_(picture),
      kind_(new QComboBox),
      width_(new QSpinBox),
      dpi_(new QSpinBox),
      size_(new QLabel) {
    setWindowTitle(tr("Export token groups"));
    for (const QString& each : {tr("Picture (*.png)"), tr("Drawing (*.svg)"), tr("Page (*.pdf)"),
                                tr("All groups as JSON (*.json)"), tr("Table of groups (*.csv)")})
        kind_->addItem(each);
    width_->setRange(64, 16384);
    width_->setSuffix(tr(" px"));
    width_->setValue(exportSize(picture, {}).width());
    dpi_->setRange(36, 2400);
    dpi_->setSuffix(tr(" dpi"));
    dpi_->setValue(ExportOptions{}.dpi);
    size_->setProperty("type", "small");
    auto* form = new QFormLayout;
    addField(form, tr("Kind"), kind_);
    addField(form, tr("Width"), width_);
    addField(form, tr("Resolution"), dpi_);
    form->addRow(QString(), size_);
    QPushButton* cancel = button(tr("Cancel"));
    cancel->setAutoDefault(false);
    QPushButton* save = button(tr("Save as…"), ButtonRole::Primary);
    save->setDefault(true);
    column(this, {.margins = {20, 20, 20, 16}, .spacing = 16},
           {form, row({.spacing = 8}, {Part::stretch(), cancel, save})});
    setMinimumWidth(380);
    connect(save, &QPushButton::clicked, this, &QDialog::accept);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(kind_, &QComboBox::currentIndexChanged, this, &GroupExportDialog::refresh);
    connect(width_, &QSpinBox::valueChanged, this, &GroupExportDialog::refresh);
    connect(dpi_, &QSpinBox::valueChanged, this, &GroupExportDialog::refresh);
    refresh();
}

ExportOptions GroupExportDialog::options() const {
    return {width_->value(), dpi_->value()};
}

QString GroupExportDialog::filter() const {
    return kind_->currentText();
}

void GroupExportDialog::refresh() {
    const bool numbers = kind_->currentIndex() > 2, drawing = kind_->currentIndex() == 1;
    width_->setEnabled(!numbers);
    dpi_->setEnabled(!numbers && !drawing);
    const QSize size = exportSize(picture_, options());
    const double cm = 2.54 / dpi_->value();
    if (numbers)
        size_->setText(tr("Sizes, centres, density and distance of every group"));
    else if (drawing)
        size_->setText(tr("%1 × %2").arg(size.width()).arg(size.height()));
    else
        size_->setText(tr("%1 × %2 px, %3 × %4 cm printed")
                           .arg(size.width())
                           .arg(size.height())
                           .arg(locale().toString(size.width() * cm, 'f', 1),
                                locale().toString(size.height() * cm, 'f', 1)));
}

}  // namespace univi::ui
