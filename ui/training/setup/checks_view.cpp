#include "ui/training/setup/checks_view.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {
namespace {

struct Look {
    const char *kind, *icon;
    IconTone tone;
};

Look lookOf(RunCheck::Level level) {
    switch (level) {
        case RunCheck::Level::Error:
            return {"error", "alert", IconTone::Danger};
        case RunCheck::Level::Warning:
            return {"warning", "alert", IconTone::Warning};
        case RunCheck::Level::Info:
            break;
    }
    return {"info", "info", IconTone::Muted};
}

}  // namespace

ChecksView::ChecksView(QWidget* parent) : QWidget(parent), rows_(new QVBoxLayout(this)) {
    rows_->setContentsMargins(0, 0, 0, 0);
    rows_->setSpacing(8);
}

/// Takes the old rows out of the layout; they go once the focus has moved on.
void ChecksView::takeRows() {
    while (QLayoutItem* item = rows_->takeAt(0)) {
        old_rows_ << item->widget();
        delete item;
    }
}

void ChecksView::dropRows() {
    for (QWidget* row : std::exchange(old_rows_, {})) {
        row->hide();
        row->deleteLater();
    }
}

void ChecksView::setChecks(const QList<RunCheck>& checks) {
    QString now;
    for (const RunCheck& check : checks)
        now +=
            QString::number(int(check.level)) + check.sentence + check.action + QLatin1Char('\n');
    if (now == shown_ && !now.isEmpty()) return;
    shown_ = now;
    const qsizetype had_focus =
        std::ranges::find_if(buttons_, &QWidget::hasFocus) - buttons_.begin();
    const bool keeps_focus = had_focus < buttons_.size();
    buttons_.clear();
    takeRows();
    for (const RunCheck& check : checks) addCheck(check);
    // The next button takes the focus of the one that did its work; a person mends one
    // after the other.
    if (keeps_focus && !buttons_.isEmpty())
        buttons_[std::min(had_focus, buttons_.size() - 1)]->setFocus(Qt::OtherFocusReason);
    if (keeps_focus && buttons_.isEmpty()) Q_EMIT focusFreed();
    dropRows();
    if (!checks.isEmpty()) return;
    auto* good = new QLabel;
    good->setPixmap(iconPixmap(QStringLiteral("check"), IconTone::Accent, 16, devicePixelRatioF()));
    rows_->addWidget(rowWidget(
        {.margins = {}}, {good, {makeLabel(tr("Nothing stands against the start."), "muted"), 1}}));
}

void ChecksView::addCheck(const RunCheck& check) {
    const Look look = lookOf(check.level);
    auto* frame = new QFrame;
    frame->setObjectName(QStringLiteral("notice"));
    frame->setProperty("kind", QString::fromLatin1(look.kind));
    auto* mark = new QLabel;
    mark->setPixmap(iconPixmap(QString::fromLatin1(look.icon), look.tone, 16, devicePixelRatioF()));
    auto* lines = column(
        frame, {.margins = {12, 10, 12, 10}, .spacing = 6},
        {row({.spacing = 8}, {{mark, 0, Qt::AlignTop}, {new WrapLabel(check.sentence), 1}})});
    if (!check.action.isEmpty()) {
        QPushButton* mends =
            button(QString(check.action).replace(QLatin1Char('&'), QStringLiteral("&&")));
        mends->setAccessibleDescription(check.sentence);
        lines->addLayout(row({}, {Part::space(24), mends, Part::stretch()}));
        buttons_ << mends;
        connect(mends, &QPushButton::clicked, this, [this, check] { Q_EMIT chosen(check); });
    }
    rows_->addWidget(frame);
    if (isVisible()) frame->show();  // at once, so that its button can take the focus
}

}  // namespace univi::ui
