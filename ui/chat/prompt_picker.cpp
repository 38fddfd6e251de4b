#include "ui/chat/prompt_picker.h"

#include <QAction>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kShown = 64;  ///< characters of a prompt in the menu
constexpr QSize kDialog{520, 360};

/// One line that does not underline letters.
QString menuText(const QString& prompt) {
    QString line = prompt.simplified();
    if (line.size() > kShown) line = line.left(kShown - 1) + QChar(0x2026);
    return line.replace(QLatin1Char('&'), QLatin1String("&&"));
}

}  // namespace

PromptPicker::PromptPicker(QWidget* page) : QObject(page), page_(page) {}

QMenu* PromptPicker::open(QWidget* beside, const QString& typed) {
    auto* menu = new QMenu(page_);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setAccessibleName(tr("Prompts"));
    const auto offer = [this, menu](const QStringList& prompts) {
        for (const QString& prompt : prompts)
            menu->addAction(menuText(prompt), this, [this, prompt] { Q_EMIT chosen(prompt); })
                ->setToolTip(prompt);
    };
    offer(library_.own());
    if (!library_.own().isEmpty()) menu->addSeparator();
    offer(PromptLibrary::published());
    menu->addSeparator();
    QAction* kept = menu->addAction(icon(QStringLiteral("save")), tr("Keep what is typed"), this,
                                    [this, typed] { keep(library_.own() + QStringList{typed}); });
    kept->setEnabled(!typed.trimmed().isEmpty());
    menu->addAction(icon(QStringLiteral("edit")), tr("Own prompts…"), this, &PromptPicker::edit);
    menu->popup(beside->mapToGlobal(QPoint(0, -menu->sizeHint().height())));
    return menu;
}

void PromptPicker::edit() {
    auto* dialog = new PromptDialog(library_.own(), page_);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { keep(dialog->prompts()); });
    openOnce(dialog);
}

void PromptPicker::keep(const QStringList& prompts) {
    if (const QString sentence = library_.setOwn(prompts); !sentence.isEmpty())
        Q_EMIT problem(sentence);
}

PromptDialog::PromptDialog(const QStringList& prompts, QWidget* parent)
    : QDialog(parent), list_(new QListWidget) {
    setWindowTitle(tr("Own prompts"));
    resize(kDialog);
    list_->setObjectName(QStringLiteral("setList"));
    list_->setAccessibleName(tr("Own prompts"));
    list_->setWordWrap(true);
    empty_ = makeLabel(tr("None yet. Add writes one; it is offered by / in an empty question."),
                       "muted");
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignCenter);
    fillWith(list_->viewport(), empty_, {24, 24, 24, 24});
    less_ = button(tr("Delete"), ButtonRole::Plain, "trash");
    QPushButton *more = button(tr("Add"), ButtonRole::Plain, "plus"),
                *cancel = button(tr("Cancel")), *save = button(tr("Save"), ButtonRole::Primary);
    save->setDefault(true);
    more->setAutoDefault(false);
    less_->setAutoDefault(false);
    connect(more, &QPushButton::clicked, this, [this] {
        add(tr("New prompt"));
        list_->setCurrentRow(list_->count() - 1);
        list_->editItem(list_->currentItem());
    });
    connect(less_, &QPushButton::clicked, this, [this] {
        delete list_->currentItem();
        refresh();
    });
    connect(list_, &QListWidget::currentRowChanged, this, &PromptDialog::refresh);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(save, &QPushButton::clicked, this, &QDialog::accept);
    column(this, {.margins = {24, 24, 24, 24}, .spacing = 16},
           {makeLabel(tr("Own prompts"), "title"),
            {list_, 1},
            row({.spacing = 8}, {more, less_, Part::stretch(), cancel, save})});
    for (const QString& prompt : prompts) add(prompt);
    refresh();
}

void PromptDialog::refresh() {
    empty_->setVisible(list_->count() == 0);
    less_->setEnabled(list_->currentItem() != nullptr);
}

void PromptDialog::add(const QString& prompt) {
    auto* item = new QListWidgetItem(prompt, list_);
    item->setFlags(item->flags() | Qt::ItemIsEditable);
    refresh();
}

QStringList PromptDialog::prompts() const {
    QStringList all;
    for (int row = 0; row < list_->count(); ++row) all << list_->item(row)->text();
    return all;
}

}  // namespace univi::ui
