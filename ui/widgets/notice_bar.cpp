#include "ui/widgets/notice_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {
namespace {

constexpr int kPassingMs = 8000;

}  // namespace

NoticeBar::NoticeBar(QWidget* parent)
    : QFrame(parent),
      icon_(new QLabel(this)),
      label_(new WrapLabel({}, "", this)),
      actions_(new QHBoxLayout),
      close_(iconButton("close", tr("Dismiss"), 16)),
      passing_(new QTimer(this)) {
    setObjectName(QStringLiteral("notice"));
    close_->setAccessibleName(tr("Dismiss this notice"));
    connect(close_, &QToolButton::clicked, this, &QWidget::hide);
    actions_->setSpacing(8);

    row(this, {.margins = {12, 8, 8, 8}, .spacing = 10},
        {{icon_, 0, Qt::AlignVCenter}, {label_, 1}, actions_, {close_, 0, Qt::AlignVCenter}});
    passing_->setInterval(kPassingMs);
    connect(passing_, &QTimer::timeout, this, [this] {
        if (isVisible() && isActiveWindow() && !isAttendedTo()) hide();
    });
    hide();
}

void NoticeBar::showNotice(Kind kind, const QString& sentence) {
    passing_->stop();
    kind_ = kind;
    label_->setText(sentence);
    setAccessibleName(sentence);
    const char* name = kind == Kind::Error ? "error" : kind == Kind::Warning ? "warning" : "info";
    setProperty("kind", QString::fromLatin1(name));
    restyle(this);
    updateIcon();
    show();
}

void NoticeBar::letPass() {
    passing_->start();
}

bool NoticeBar::isAttendedTo() const {
    const QWidget* focused = window()->focusWidget();
    return underMouse() || (focused && isAncestorOf(focused));
}

QPushButton* NoticeBar::addAction(const QString& text) {
    auto* button = new QPushButton(text, this);
    actions_->addWidget(button);
    return button;
}

void NoticeBar::clearActions() {
    clearLayout(actions_);
}

void NoticeBar::setDismissable(bool on) {
    close_->setVisible(on);
}
QString NoticeBar::sentence() const {
    return label_->text();
}

void NoticeBar::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) updateIcon();
    QFrame::changeEvent(event);
}

void NoticeBar::updateIcon() {
    const bool info = kind_ == Kind::Info;
    const IconTone tone = info                     ? IconTone::Accent
                          : kind_ == Kind::Warning ? IconTone::Warning
                                                   : IconTone::Danger;
    icon_->setPixmap(iconPixmap(info ? QStringLiteral("info") : QStringLiteral("alert"), tone, 20,
                                devicePixelRatioF()));
}

}  // namespace univi::ui
