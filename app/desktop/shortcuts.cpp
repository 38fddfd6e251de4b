#include "app/desktop/shortcuts.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace univi::ui {

void installShortcuts(QWidget* window, const QList<Shortcut>& shortcuts) {
    for (const Shortcut& shortcut : shortcuts)
        if (shortcut.run)
            QObject::connect(new QShortcut(shortcut.key, window), &QShortcut::activated, window,
                             shortcut.run);
}

ShortcutsDialog::ShortcutsDialog(const QList<Shortcut>& shortcuts, QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* title = new QLabel(tr("Keyboard shortcuts"));
    title->setProperty("type", QStringLiteral("title"));
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(32);
    grid->setVerticalSpacing(10);
    int row = 0;
    for (const Shortcut& shortcut : shortcuts) {
        auto* key = new QLabel(shortcut.key.toString(QKeySequence::NativeText));
        key->setProperty("type", QStringLiteral("muted"));
        grid->addWidget(new QLabel(shortcut.text), row, 0);
        grid->addWidget(key, row++, 1, Qt::AlignRight);
    }
    auto* close = new QPushButton(tr("Close"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(32, 24, 32, 24);
    column->setSpacing(16);
    column->addWidget(title);
    column->addLayout(grid);
    column->addWidget(close, 0, Qt::AlignRight);
}

}  // namespace univi::ui
