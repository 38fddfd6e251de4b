#include "ui/training/watch/use_panel.h"

#include <QDesktopServices>
#include <QDirIterator>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QTableWidget>
#include <QUrl>
#include <QVBoxLayout>

#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

QString kindText(RunResult kind) {
    switch (kind) {
        case RunResult::Model:
            return UsePanel::tr("Model");
        case RunResult::Adapter:
            return UsePanel::tr("LoRA adapter on its base");
        case RunResult::Projector:
            return UsePanel::tr("Projector on its base");
        case RunResult::None:
            break;
    }
    return UsePanel::tr("Nothing to load");
}

/// Says when a run without a checkpoint will have one.
QString emptyText(const RunInfo& info) {
    if (!isAlive(info.state)) return UsePanel::tr("This run has left no checkpoint.");
    const int steps = int(info.settings.value(QLatin1String("save_steps")).toDouble(500));
    return steps == 1 ? UsePanel::tr("No checkpoint yet: one comes after every step.")
                      : UsePanel::tr(
                            "No checkpoint yet. “Save now” writes one; else one comes "
                            "after every %1 steps.")
                            .arg(steps);
}

qint64 bytesOf(const QString& folder) {
    qint64 sum = 0;
    for (const QFileInfo& file : QDir(folder).entryInfoList(QDir::Files)) sum += file.size();
    return sum;
}

}  // namespace

UsePanel::UsePanel(QWidget* parent)
    : QWidget(parent),
      table_(new QTableWidget(0, 4)),
      empty_(wrapped({}, "muted")),
      chat_(button(tr("Open in Chat"), ButtonRole::Plain, "chat", tr("Load it and talk to it"))),
      compare_(button(tr("Ask beside its base"), ButtonRole::Plain, "compare",
                      tr("The same picture and question for both, replies side by side"))),
      evaluate_(
          button(tr("Evaluate"), ButtonRole::Plain, "list", tr("Open the Eval page with it"))),
      export_(button(tr("Merge and export…"), ButtonRole::Plain, "export",
                     tr("Write it as one folder of safetensors that loads on its own (LoRA merged, "
                        "tower included)"))),
      open_(button(tr("Show folder"), ButtonRole::Plain, "folder",
                   tr("Open its folder in the file manager"))) {
    dressTable(table_, tr("Result and checkpoints"));
    table_->setHorizontalHeaderLabels({tr("What"), tr("Step"), tr("Written"), tr("Size")});
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    empty_->setAlignment(Qt::AlignCenter);
    auto* tools =
        row({.spacing = 8}, {chat_, compare_, evaluate_, export_, open_, Part::stretch()});
    column(this, {.margins = {0, 12, 0, 12}, .spacing = 10}, {tools, {empty_, 1}, {table_, 1}});
    wire();
    setRun({});
}

void UsePanel::wire() {
    connect(table_, &QTableWidget::itemSelectionChanged, this, [this] {
        is_chosen_ |= !filling_;
        updateButtons();
    });
    connect(table_, &QTableWidget::cellActivated, this, [this] { chat_->click(); });
    connect(chat_, &QPushButton::clicked, this,
            [this] { Q_EMIT chatRequested(modelOf(info_, chosenFolder())); });
    connect(compare_, &QPushButton::clicked, this,
            [this] { Q_EMIT compareRequested(info_, chosenFolder()); });
    connect(evaluate_, &QPushButton::clicked, this,
            [this] { Q_EMIT evaluateRequested(modelOf(info_, chosenFolder())); });
    connect(export_, &QPushButton::clicked, this,
            [this] { Q_EMIT exportRequested(info_, chosenFolder()); });
    connect(open_, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(chosenFolder())); });
}

QList<UsePanel::Row> UsePanel::rowsOf(const RunInfo& info) const {
    QList<Row> rows;
    if (info.result != RunResult::None && info.state == RunState::Done)
        rows << Row{info.folder, tr("Result"), kindText(info.result), info.step, info.changed};
    for (auto each = info.checkpoints.crbegin(); each != info.checkpoints.crend(); ++each)
        rows << Row{each->folder, QFileInfo(each->folder).fileName(),
                    kindText(resultIn(each->folder)), each->step, each->written};
    return rows;
}

void UsePanel::setRun(const RunInfo& info) {
    if (info.folder != info_.folder) is_chosen_ = false;
    info_ = info;
    const QList<Row> rows = rowsOf(info);
    QStringList folders;
    for (const Row& row : rows) folders << row.folder;
    empty_->setVisible(rows.isEmpty());
    table_->setVisible(!rows.isEmpty());
    empty_->setText(info.from_tensorboard ? tr("Only the curves of this run are known.")
                                          : emptyText(info));
    if (folders == shown_) return;
    const QString kept = is_chosen_ ? chosenFolder() : QString();
    shown_ = folders;
    filling_ = true;
    const QLocale locale;
    table_->setRowCount(int(rows.size()));
    for (int i = 0; i < rows.size(); ++i) {
        const QStringList texts{
            tr("%1 · %2").arg(rows[i].name, rows[i].kind), locale.toString(rows[i].step),
            locale.toString(rows[i].written, QLocale::ShortFormat),
            locale.formattedDataSize(bytesOf(rows[i].folder), 1, QLocale::DataSizeSIFormat)};
        for (int column = 0; column < texts.size(); ++column)
            table_->setItem(i, column, new QTableWidgetItem(texts[column]));
        table_->item(i, 0)->setData(Qt::UserRole, rows[i].folder);
        table_->item(i, 0)->setToolTip(rows[i].folder);
    }
    // The first row is the result or the newest checkpoint; it is chosen until a person chooses.
    choose(std::max(0, int(folders.indexOf(kept))));
    filling_ = false;
    updateButtons();
}

void UsePanel::choose(int row) {
    table_->selectRow(row);
}

int UsePanel::rowCount() const {
    return table_->rowCount();
}

QString UsePanel::chosenFolder() const {
    const QTableWidgetItem* item = table_->item(table_->currentRow(), 0);
    return item ? item->data(Qt::UserRole).toString() : QString();
}

void UsePanel::updateButtons() {
    const QString folder = chosenFolder();
    const bool loadable = !folder.isEmpty() && resultIn(folder) != RunResult::None;
    for (QPushButton* button : {chat_, evaluate_, export_}) button->setEnabled(loadable);
    compare_->setEnabled(loadable && !baseOf(info_).model.isEmpty());
    open_->setEnabled(!folder.isEmpty());
}

}  // namespace univi::ui
