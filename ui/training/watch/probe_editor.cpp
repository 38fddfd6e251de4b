#include "ui/training/watch/probe_editor.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/media/media_kind.h"
#include "ui/media/samples.h"
#include "ui/widgets/build.h"
#include "ui/widgets/open_dialog.h"

namespace univi::ui {

ProbeEditor::ProbeEditor(const QList<Probe>& probes, int every, const QString& device,
                         QWidget* parent)
    : QDialog(parent),
      table_(new QTableWidget(0, 2)),
      every_(new QSpinBox),
      device_(new QComboBox) {
    setWindowTitle(tr("Probe questions"));
    resize(720, 460);
    table_->setHorizontalHeaderLabels({tr("Picture or clip"), tr("Question")});
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    table_->verticalHeader()->hide();
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setAccessibleName(tr("Probe questions"));
    for (const Probe& probe : probes) addProbe(probe);
    if (probes.isEmpty())
        for (const Sample& sample : readSamples(samplesFolder()).mid(0, 2))
            addProbe({sample.file, sample.question});
    every_->setRange(1, 1000);
    every_->setValue(every);
    device_->addItems({QStringLiteral("cpu"), QStringLiteral("auto"), QStringLiteral("cuda")});
    device_->setCurrentText(device);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(24);
    form->addRow(tr("Ask every N-th checkpoint"), every_);
    form->addRow(tr("On"), device_);
    column(this, {.margins = {24, 20, 24, 20}, .spacing = 12},
           {wrapped(tr("Each checkpoint is loaded beside the training, asked, and let go again. "
                       "On a GPU that trains, ask on the CPU."),
                    "small"),
            {table_, 1},
            form,
            buildButtons()});
}

QLayout* ProbeEditor::buildButtons() {
    QPushButton *add = button(tr("Add…")), *remove = button(tr("Remove")),
                *cancel = button(tr("Cancel")), *done = button(tr("Save"), ButtonRole::Primary);
    done->setDefault(true);
    connect(add, &QPushButton::clicked, this, &ProbeEditor::chooseMedium);
    connect(remove, &QPushButton::clicked, this,
            [this] { table_->removeRow(table_->currentRow()); });
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(done, &QPushButton::clicked, this, &QDialog::accept);
    return row({}, {add, remove, Part::stretch(), cancel, done});
}

void ProbeEditor::addProbe(const Probe& probe) {
    const int row = table_->rowCount();
    table_->insertRow(row);
    table_->setItem(row, 0, new QTableWidgetItem(probe.medium));
    table_->setItem(row, 1, new QTableWidgetItem(probe.question));
}

void ProbeEditor::chooseMedium() {
    QFileDialog* dialog =
        makeOpenDialog(this, tr("A picture or clip to ask about"), {}, mediaFilter());
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) {
        addProbe({file, tr("What is in this picture?")});
    });
    dialog->open();
}

QList<Probe> ProbeEditor::probes() const {
    QList<Probe> probes;
    for (int row = 0; row < table_->rowCount(); ++row) {
        const QString question = table_->item(row, 1)->text().trimmed();
        if (!question.isEmpty()) probes << Probe{table_->item(row, 0)->text().trimmed(), question};
    }
    return probes;
}

int ProbeEditor::everyCheckpoint() const {
    return every_->value();
}

QString ProbeEditor::device() const {
    return device_->currentText();
}

}  // namespace univi::ui
