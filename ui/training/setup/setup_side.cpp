#include "ui/training/setup/setup_side.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/training/devices/plan_view.h"
#include "ui/training/setup/checks_view.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/page_column.h"

namespace univi::ui {
namespace {

constexpr int kCommandLines = 9, kCopiedMs = 1500;
constexpr int kCommandMargins = 24;  // border, padding and the document's own margin

}  // namespace

SetupSide::SetupSide(MemoryPlanner* planner, QWidget* parent)
    : QWidget(parent),
      checks_(new ChecksView),
      command_(new QPlainTextEdit),
      copy_(new QPushButton(icon(QStringLiteral("copy")), tr("Co&py"))) {
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 12, 16);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Before the start"), "heading"));
    column->addWidget(checks_);
    column->addSpacing(8);
    column->addWidget(makeLabel(tr("Memory"), "heading"));
    auto* plan = new PlanView(planner, true);
    column->addWidget(plan);
    column->addSpacing(8);
    column->addWidget(buildCommand());
    column->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    connect(plan, &PlanView::adviceTaken, this, &SetupSide::adviceTaken);
    connect(checks_, &ChecksView::chosen, this, &SetupSide::checkChosen);
    connect(checks_, &ChecksView::focusFreed, this, &SetupSide::focusFreed);
}

QWidget* SetupSide::buildCommand() {
    auto* widget = new QWidget;
    auto* column = new QVBoxLayout(widget);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Command"), "heading"), 1);
    copy_->setProperty("role", QStringLiteral("quiet"));
    head->addWidget(copy_);
    command_->setObjectName(QStringLiteral("systemText"));
    command_->setReadOnly(true);
    command_->setTabChangesFocus(true);
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    command_->setFont(font);
    command_->setAccessibleName(tr("The command that will run"));
    command_->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    command_->ensurePolished();
    command_->setFixedHeight(command_->fontMetrics().lineSpacing() * kCommandLines +
                             kCommandMargins);
    column->addLayout(head);
    column->addWidget(command_);
    connect(copy_, &QPushButton::clicked, this, &SetupSide::copy);
    return widget;
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
