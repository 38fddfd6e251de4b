#include "ui/training/setup/start_bar.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QResizeEvent>

#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kOneLineFrom = 560;

QString sentenceOf(int errors, int warnings) {
    if (errors > 0) return StartBar::tr("%Ln thing(s) to put right first", nullptr, errors);
    if (warnings > 0)
        return StartBar::tr("%Ln thing(s) to know before the start", nullptr, warnings);
    return {};
}

}  // namespace

StartBar::StartBar(QWidget* parent)
    : QFrame(parent),
      line_(new QBoxLayout(QBoxLayout::LeftToRight, this)),
      why_(button({}, ButtonRole::Quiet, "", tr("Show the first one"))),
      cancel_(button(tr("Cancel"), ButtonRole::Quiet)),
      queue_(button(tr("Add to the &queue"), ButtonRole::Plain, "",
                    tr("Start it when its devices are free"))),
      start_(button(tr("&Start"), ButtonRole::Primary)) {
    setObjectName(QStringLiteral("startBar"));
    line_->setSpacing(8);
    QSizePolicy keeps = why_->sizePolicy();
    keeps.setHorizontalPolicy(QSizePolicy::Maximum);
    why_->setSizePolicy(keeps);
    start_->setShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return));
    start_->setToolTip(
        tr("Start the run (%1)").arg(start_->shortcut().toString(QKeySequence::NativeText)));
    line_->addWidget(why_);
    line_->addLayout(row({.spacing = 8}, {Part::stretch(), cancel_, queue_, start_}), 1);
    setSideMargin(24);
    setCounts(0, 0);
    connect(why_, &QPushButton::clicked, this, &StartBar::whyWanted);
    connect(cancel_, &QPushButton::clicked, this, &StartBar::cancelled);
    connect(queue_, &QPushButton::clicked, this, [this] { Q_EMIT startWanted(true); });
    connect(start_, &QPushButton::clicked, this, [this] { Q_EMIT startWanted(false); });
}

void StartBar::setCounts(int errors, int warnings) {
    const QString sentence = sentenceOf(errors, warnings);
    if (sentence.isEmpty() && why_->hasFocus()) start_->setFocus(Qt::OtherFocusReason);
    why_->setText(sentence);
    why_->setIcon(icon(QStringLiteral("alert"), errors > 0 ? IconTone::Danger : IconTone::Warning));
    why_->setVisible(!sentence.isEmpty());
    start_->setEnabled(errors == 0);
    queue_->setEnabled(errors == 0);
}

void StartBar::setSideMargin(int margin) {
    line_->setContentsMargins(margin, 10, margin, 12);
}

void StartBar::focusStart() {
    (start_->isEnabled() ? start_ : cancel_)->setFocus(Qt::OtherFocusReason);
}

void StartBar::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    line_->setDirection(width() >= kOneLineFrom ? QBoxLayout::LeftToRight
                                                : QBoxLayout::TopToBottom);
}

}  // namespace univi::ui
