#include "ui/chat/chat_header.h"

#include <QHBoxLayout>
#include <QToolButton>

#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"

namespace univi::ui {

ChatHeader::ChatHeader(QWidget* model_button, QWidget* parent)
    : QFrame(parent), title_(new ElidedLabel) {
    setObjectName(QStringLiteral("header"));
    setFixedHeight(56);
    title_->setProperty("type", QStringLiteral("muted"));
    title_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* save = new QToolButton;
    save->setIcon(icon(QStringLiteral("export")));
    save->setIconSize({20, 20});
    save->setToolTip(tr("Export this conversation (Ctrl+S)"));
    save->setAccessibleName(tr("Export this conversation"));
    connect(save, &QToolButton::clicked, this, &ChatHeader::exportRequested);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 16, 0);
    row->setSpacing(8);
    if (model_button) row->addWidget(model_button);
    row->addWidget(title_, 1);
    row->addWidget(save);
}

void ChatHeader::setTitle(const QString& title) {
    title_->setText(title);
}

}  // namespace univi::ui
