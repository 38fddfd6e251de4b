#include "ui/chat/chat_header.h"

#include <QHBoxLayout>
#include <QToolButton>

#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"

namespace univi::ui {

ChatHeader::ChatHeader(QWidget* model_button, QWidget* parent)
    : QFrame(parent), title_(new ElidedLabel) {
    setObjectName(QStringLiteral("header"));
    setFixedHeight(56);
    title_->setProperty("type", QStringLiteral("muted"));
    title_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    QToolButton* save = iconButton("export", tr("Export this conversation"), 20);
    save->setToolTip(tr("Export this conversation (Ctrl+S)"));
    connect(save, &QToolButton::clicked, this, &ChatHeader::exportRequested);
    QToolButton* own = iconButton("settings", tr("Settings of this chat"), 20);
    connect(own, &QToolButton::clicked, this, &ChatHeader::settingsRequested);
    row(this, {.margins = {16, 0, 16, 0}, .spacing = 8}, {model_button, {title_, 1}, own, save});
}

void ChatHeader::setTitle(const QString& title) {
    title_->setText(title);
}

}  // namespace univi::ui
