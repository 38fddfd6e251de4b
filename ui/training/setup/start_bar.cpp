#include "ui/training/setup/start_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/widgets/icons.h"
#include "ui/widgets/page_column.h"

namespace univi::ui {
namespace {

constexpr int kCommandLines = 4, kCopiedMs = 1500;
constexpr int kCommandMargins = 24;  // border, padding and the document's own margin

}  // namespace

StartBar::StartBar(QWidget* parent)
    : QFrame(parent),
      command_(new QPlainTextEdit),
      why_(makeLabel({}, "muted")),
      copy_(new QPushButton(icon(QStringLiteral("copy")), tr("Co&py"))),
      queue_(new QPushButton(tr("Add to the &queue"))),
      start_(new QPushButton(tr("&Start"))) {
    setObjectName(QStringLiteral("startBar"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 12, 24, 14);
    column->setSpacing(10);
    auto* first = new QHBoxLayout;
    first->setSpacing(12);
    command_->setObjectName(QStringLiteral("systemText"));
    command_->setReadOnly(true);
    command_->setTabChangesFocus(true);
    command_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    command_->setAccessibleName(tr("The command that will run"));
    command_->setLineWrapMode(QPlainTextEdit::NoWrap);
    command_->ensurePolished();
    command_->setFixedHeight(command_->fontMetrics().lineSpacing() * kCommandLines + kCommandMargins);
    first->addWidget(command_, 1);
    first->addWidget(copy_, 0, Qt::AlignTop);
    column->addLayout(first);
    auto* second = new QHBoxLayout;
    auto* cancel = new QPushButton(tr("Cancel"));
    cancel->setProperty("role", QStringLiteral("quiet"));
    start_->setProperty("role", QStringLiteral("primary"));
    start_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    start_->setToolTip(tr("Start the run (%1)").arg(start_->shortcut().toString(QKeySequence::NativeText)));
    queue_->setToolTip(tr("Start it when its devices are free"));
    second->addWidget(why_, 1);
    for (QPushButton* each : {cancel, queue_, start_}) second->addWidget(each);
    column->addLayout(second);
    connect(copy_, &QPushButton::clicked, this, &StartBar::copy);
    connect(cancel, &QPushButton::clicked, this, &StartBar::cancelled);
    connect(queue_, &QPushButton::clicked, this, [this] { Q_EMIT startWanted(true); });
    connect(start_, &QPushButton::clicked, this, [this] { Q_EMIT startWanted(false); });
}

void StartBar::setCommand(const QString& command) {
    if (command_->toPlainText() != command) command_->setPlainText(command);
}

QString StartBar::command() const {
    return command_->toPlainText();
}

void StartBar::setReady(bool ready, const QString& why) {
    start_->setEnabled(ready);
    queue_->setEnabled(ready);
    why_->setText(why);
}

void StartBar::copy() {
    QApplication::clipboard()->setText(command());
    copy_->setText(tr("Copied"));
    QTimer::singleShot(kCopiedMs, copy_, [this] { copy_->setText(tr("Co&py")); });
}

}  // namespace univi::ui
