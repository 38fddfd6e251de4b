#include "ui/training/setup/paste_dialog.h"

#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

QString lines(const std::vector<std::string>& sentences) {
    QStringList list;
    for (const std::string& each : sentences) list << QString::fromStdString(each);
    return list.join(QLatin1Char('\n'));
}

}  // namespace

PasteDialog::PasteDialog(QWidget* parent)
    : QDialog(parent),
      text_(new QPlainTextEdit),
      found_(plain({}, "muted")),
      notes_(plain({}, "small")),
      problems_(plain({}, "danger")) {
    setWindowTitle(tr("Paste a command"));
    resize(720, 460);
    text_->setObjectName(QStringLiteral("systemText"));
    text_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text_->setTabChangesFocus(true);
    text_->setAccessibleName(tr("Command"));
    text_->setPlaceholderText(
        QStringLiteral("deepspeed --include localhost:0,1 --master_port=29602 "
                       "ChatUniVi/train/train_mem.py \\\n    --deepspeed scripts/zero3.json …"));
    auto* buttons = new QDialogButtonBox;
    take_ = buttons->addButton(tr("&Take these settings"), QDialogButtonBox::AcceptRole);
    setRole(take_, ButtonRole::Primary);
    buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    column(this, {.margins = {24, 20, 24, 20}, .spacing = 10},
           {makeLabel(tr("Paste a command"), "title"),
            plain(tr("A line or a script with deepspeed, torchrun or univi-train. Nothing of it is "
                     "run."),
                  "muted"),
            {text_, 1},
            found_,
            problems_,
            notes_,
            buttons});
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(text_, &QPlainTextEdit::textChanged, this, &PasteDialog::read);
    read();
}

void PasteDialog::setText(const QString& text) {
    text_->setPlainText(text);
}

void PasteDialog::read() {
    const QString text = text_->toPlainText();
    const bool empty = text.trimmed().isEmpty();
    command_ = empty ? training::ReadCommand{} : training::read_command(text.toStdString());
    const auto count = int(command_.flags.size());
    const QString program = QString::fromStdString(command_.program);
    found_->setText(empty ? QString()
                    : program.isEmpty()
                        ? tr("%Ln setting(s) read.", nullptr, count)
                        : tr("%Ln setting(s) of a %1 command read.", nullptr, count).arg(program));
    problems_->setText(lines(command_.problems));
    notes_->setText(lines(command_.notes));
    for (QLabel* each : {found_, problems_, notes_}) each->setVisible(!each->text().isEmpty());
    take_->setEnabled(count > 0);
}

}  // namespace univi::ui
