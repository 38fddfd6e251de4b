#include "app/desktop/shortcuts.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QStyle>
#include <QVBoxLayout>
#include <utility>

#include "ui/settings/app_settings.h"
#include "ui/widgets/build.h"

namespace univi::ui {

QList<Shortcut> withChosenKeys(QList<Shortcut> shortcuts, const AppSettings& settings) {
    for (Shortcut& shortcut : shortcuts) {
        shortcut.own_key = shortcut.key;
        if (shortcut.id.isEmpty()) continue;
        if (const auto chosen = settings.key(shortcut.id))
            shortcut.key = QKeySequence::fromString(*chosen, QKeySequence::PortableText);
    }
    return shortcuts;
}

Shortcuts::Shortcuts(QWidget* window, AppSettings* settings, std::function<QList<Shortcut>()> table)
    : QObject(window), table_(std::move(table)), window_(window) {
    connect(settings, &AppSettings::keysChanged, this, &Shortcuts::install);
    install();
}

void Shortcuts::install() {
    qDeleteAll(installed_);
    installed_.clear();
    for (const Shortcut& shortcut : table_()) {
        if (!shortcut.run || shortcut.key.isEmpty()) continue;
        installed_ << new QShortcut(shortcut.key, window_);
        connect(installed_.last(), &QShortcut::activated, window_, shortcut.run);
    }
}

namespace {

constexpr int kSideMargin = 24, kColumnGap = 28;

QWidget* makeColumn(const QList<Shortcut>& shortcuts) {
    auto* column = new QWidget;
    auto* grid = new QGridLayout(column);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(10);
    grid->setColumnStretch(0, 1);
    int row = 0;
    for (const Shortcut& shortcut : shortcuts) {
        auto* what = new QLabel(shortcut.text);
        auto* key = new QLabel(shortcut.key.toString(QKeySequence::NativeText));
        key->setProperty("type", QStringLiteral("muted"));
        grid->addWidget(what, row, 0);
        grid->addWidget(key, row++, 1, Qt::AlignRight);
    }
    grid->setRowStretch(row, 1);
    return column;
}

}  // namespace

ShortcutsDialog::ShortcutsDialog(const QList<Shortcut>& shortcuts, QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(tr("Keyboard shortcuts"));
    // Two columns, read one after the other; where even those have no room they scroll.
    const qsizetype half = (shortcuts.size() + 1) / 2;
    auto* body = new QWidget;
    const QMargins sides(kSideMargin, 0, kSideMargin, 0);
    auto* columns =
        row(body, {.margins = sides, .spacing = kColumnGap},
            {{makeColumn(shortcuts.mid(0, half)), 1}, {makeColumn(shortcuts.mid(half)), 1}});
    QPushButton* close = button(tr("Close"));
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column(this, {.margins = {0, 24, 0, 24}, .spacing = 16},
           {row({.margins = sides}, {makeLabel(tr("Keyboard shortcuts"), "title")}),
            {scrollArea(body), 1},
            row({.margins = sides}, {Part::stretch(), close})});
    // Sizes count only once the style sheet has given every label its font.
    for (QWidget* label : findChildren<QWidget*>()) label->ensurePolished();
    columns->activate();
    fitInto(parent, body->sizeHint());
}

/// As large as the list wants, inside the window that it belongs to.
void ShortcutsDialog::fitInto(const QWidget* parent, const QSize& list) {
    const QSize room = parent ? parent->size() - QSize(48, 48) : QSize(1024, 700);
    const int scroll_bar = style()->pixelMetric(QStyle::PM_ScrollBarExtent);
    const QSize around(scroll_bar,
                       sizeHint().height() - findChild<QScrollArea*>()->sizeHint().height());
    resize((list + around).boundedTo(room));
}

}  // namespace univi::ui
