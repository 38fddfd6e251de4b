#include "ui/training/watch/export_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/training/runs/run_command.h"
#include "ui/widgets/build.h"

namespace univi::ui {

ExportDialog::ExportDialog(const ModelChoice& model, const QString& suggestion, QWidget* parent,
                           QString program)
    : QDialog(parent),
      model_(model),
      program_(program.isEmpty() ? programBeside(QStringLiteral("univi-cli")) : std::move(program)),
      target_(new QLineEdit(suggestion)),
      message_(wrapped({}, "muted")),
      bar_(new QProgressBar),
      go_(button(tr("Export"), ButtonRole::Primary)),
      cancel_(button(tr("Close"))) {
    setWindowTitle(tr("Merge and export"));
    setMinimumWidth(620);
    QPushButton* browse = button(tr("Choose…"));
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(12);
    form->addRow(tr("From"), makeLabel(model.model, "muted"));
    if (!model.base.isEmpty()) form->addRow(tr("On its base"), makeLabel(model.base, "muted"));
    form->addRow(tr("As"), makeLabel(tr("Safetensors, as it was trained"), "muted"));
    form->addRow(tr("To"), row({}, {{target_, 1}, browse}));
    bar_->setRange(0, 0);
    bar_->hide();
    go_->setDefault(true);
    column(this, {.margins = {24, 20, 24, 20}, .spacing = 14},
           {form, bar_, message_, row({}, {Part::stretch(), cancel_, go_})});
    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(go_, &QPushButton::clicked, this, &ExportDialog::start);
    connect(cancel_, &QPushButton::clicked, this, &QDialog::reject);
    connect(&child_, &LineChild::ended, this, &ExportDialog::onEnd);
}

/// A new folder's name is typed as a file's would be.
void ExportDialog::browse() {
    const QFileInfo target(target_->text());
    auto* dialog = new QFileDialog(this, tr("Folder to write"), target.path());
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setFilter(QDir::AllDirs | QDir::NoDotAndDotDot);
    dialog->selectFile(target.fileName());
    connect(dialog, &QFileDialog::fileSelected, this, &ExportDialog::setTarget);
    openOnce(dialog);
}

void ExportDialog::setTarget(const QString& folder) {
    target_->setText(folder);
}

QStringList ExportDialog::command() const {
    QStringList command{program_, QStringLiteral("convert"), QStringLiteral("--model"),
                        model_.model};
    if (!model_.base.isEmpty()) command << QStringLiteral("--model-base") << model_.base;
    if (!model_.tower.isEmpty()) command << QStringLiteral("--vision-tower") << model_.tower;
    return command << QStringLiteral("--device") << QStringLiteral("cpu") << QStringLiteral("--out")
                   << target_->text().trimmed();
}

void ExportDialog::start() {
    const QString target = target_->text().trimmed();
    if (target.isEmpty() || QFileInfo::exists(target)) {
        message_->setText(target.isEmpty()
                              ? tr("Name the folder to write.")
                              : tr("%1 is there already: name another folder.").arg(target));
        return;
    }
    const QStringList words = command();
    message_->setText(shellLine(words));
    bar_->show();
    go_->setEnabled(false);
    child_.start(words.first(), words.mid(1));
}

void ExportDialog::onEnd(const LineChild::End& end) {
    bar_->hide();
    go_->setEnabled(true);
    const QString target = target_->text().trimmed();
    if (end.isGood()) {
        message_->setText(tr("Written to %1.").arg(target));
        return Q_EMIT finished(target);
    }
    message_->setText(
        end.how == LineChild::End::How::NotStarted
            ? tr("There is no univi-cli at %1: install the program again.").arg(program_)
        : end.sentence.isEmpty() ? tr("univi-cli ended without a word (code %1).").arg(end.code)
                                 : end.sentence);
}

QString ExportDialog::message() const {
    return message_->text();
}

}  // namespace univi::ui
