#include "ui/widgets/copy_button.h"

#include <QClipboard>
#include <QGuiApplication>

#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kSaidMs = 1800;

}  // namespace

CopyButton::CopyButton(const QString& what, std::function<QString()> text, QWidget* parent)
    : QToolButton(parent), what_(what), text_(std::move(text)) {
    setIconSize({18, 18});
    setCursor(Qt::PointingHandCursor);
    said_.setSingleShot(true);
    said_.setInterval(kSaidMs);
    connect(&said_, &QTimer::timeout, this, &CopyButton::rest);
    connect(this, &QToolButton::clicked, this, &CopyButton::copy);
    rest();
}

void CopyButton::copy() {
    QGuiApplication::clipboard()->setText(text_());
    setIcon(ui::icon(QStringLiteral("check")));
    setText(tr("Copied"));
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setToolTip(text());
    setAccessibleName(text());
    resize(sizeHint());
    updateGeometry();
    said_.start();
    Q_EMIT copied();
}

void CopyButton::reset() {
    if (!said_.isActive()) return;
    said_.stop();
    rest();
}

void CopyButton::rest() {
    setIcon(ui::icon(QStringLiteral("copy")));
    setText({});
    setToolButtonStyle(Qt::ToolButtonIconOnly);
    setToolTip(what_);
    setAccessibleName(what_);
    resize(sizeHint());
    updateGeometry();
}

void sayCopied(QAbstractButton* button) {
    const QString said = CopyButton::tr("Copied");
    if (button->text() == said) return;
    const QString own = button->text();
    button->setMinimumWidth(button->width());  // nothing beside it moves
    button->setText(said);
    QTimer::singleShot(kSaidMs, button, [button, own, said] {
        if (button->text() == said) button->setText(own);
        button->setMinimumWidth(0);
    });
}

}  // namespace univi::ui
