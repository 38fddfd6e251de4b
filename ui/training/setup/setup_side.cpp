#include "ui/training/setup/setup_side.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/training/devices/plan_view.h"
#include "ui/training/setup/checks_view.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kCommandLines = 9, kCopiedMs = 1500;
constexpr int kCommandMargins = 24;  // border, padding and the document's own margin

}  // namespace

SetupSide::SetupSide(MemoryPlanner* planner, QWidget* parent)
    : QWidget(parent),
      checks_(new ChecksView),
      command_(new QPlainTextEdit),
      copy_(button(tr("Co&py"), ButtonRole::Quiet, "copy")) {
    auto* plan = new PlanView(planner, true);
    QScrollArea* scroll =
        scrollArea(columnWidget({.margins = {0, 0, 12, 16}, .spacing = 8},
                                {makeLabel(tr("Before the start"), "heading"), checks_,
                                 Part::space(8), makeLabel(tr("Memory"), "heading"), plan,
                                 Part::space(8), buildCommand(), Part::stretch()}),
                   Scrolls::Upright);
    scroll->setFocusPolicy(Qt::NoFocus);
    fillWith(this, scroll);
    connect(plan, &PlanView::adviceTaken, this, &SetupSide::adviceTaken);
    connect(checks_, &ChecksView::chosen, this, &SetupSide::checkChosen);
    connect(checks_, &ChecksView::focusFreed, this, &SetupSide::focusFreed);
}

QWidget* SetupSide::buildCommand() {
    command_->setObjectName(QStringLiteral("systemText"));
    command_->setReadOnly(true);
    command_->setTabChangesFocus(true);
    command_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    command_->setAccessibleName(tr("The command that will run"));
    command_->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    command_->ensurePolished();
    command_->setFixedHeight(command_->fontMetrics().lineSpacing() * kCommandLines +
                             kCommandMargins);
    connect(copy_, &QPushButton::clicked, this, &SetupSide::copy);
    return columnWidget({.margins = {}, .spacing = 8},
                        {row({}, {{makeLabel(tr("Command"), "heading"), 1}, copy_}), command_});
}

void SetupSide::setChecks(const QList<RunCheck>& checks) {
    checks_->setChecks(checks);
}

void SetupSide::setCommand(const QString& command) {
    if (command_->toPlainText() != command) command_->setPlainText(command);
}

QString SetupSide::command() const {
    return command_->toPlainText();
}

void SetupSide::copy() {
    QApplication::clipboard()->setText(command());
    copy_->setText(tr("Copied"));
    QTimer::singleShot(kCopiedMs, copy_, [this] { copy_->setText(tr("Co&py")); });
}

}  // namespace univi::ui
