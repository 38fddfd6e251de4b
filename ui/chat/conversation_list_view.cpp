#include "ui/chat/conversation_list_view.h"

#include <QAction>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/chat/conversation_list.h"
#include "ui/chat/conversation_store.h"
#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/search_escape.h"

namespace univi::ui {
namespace {

constexpr int kUndoMs = 8000;

QAction* addKeyAction(QWidget* widget, const QString& text, const QKeySequence& key) {
    auto* action = new QAction(text, widget);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    widget->addAction(action);
    return action;
}

}  // namespace

ConversationListView::ConversationListView(ConversationStore* store, QWidget* parent)
    : QWidget(parent),
      store_(store),
      search_(new QLineEdit),
      list_(new ConversationList),
      nothing_(wrapped({}, "small")),
      undo_(new NoticeBar) {
    setLook(this, "sidebar");
    dressSearch(search_, tr("Search…"), tr("Search conversations"));
    leaveOnEscape(search_);
    nothing_->setAlignment(Qt::AlignHCenter);
    QPushButton* make = button(tr("New chat"), ButtonRole::Plain, "plus", tr("New chat (Ctrl+N)"));
    column(this, {.margins = {0, 12, 0, 12}, .spacing = 8},
           {column({.margins = {12, 0, 12, 0}, .spacing = 8}, {search_, nothing_}),
            {list_, 1},
            column({.margins = {12, 0, 12, 0}}, {undo_, make})});
    connect(make, &QPushButton::clicked, this, &ConversationListView::newRequested);
    wire();
    buildShortcuts();
    refresh();
}

void ConversationListView::wire() {
    connect(search_, &QLineEdit::textChanged, this, &ConversationListView::refresh);
    connect(store_, &ConversationStore::changed, this, &ConversationListView::refresh);
    connect(list_, &ConversationList::openRequested, this, &ConversationListView::openRequested);
    connect(list_, &ConversationList::renamed, this, &ConversationListView::onRenamed);
    connect(list_, &ConversationList::folderRenamed, this, &ConversationListView::onFolderRenamed);
    connect(list_, &ConversationList::folderClosed, store_, &ConversationStore::setFolderClosed);
    connect(list_, &ConversationList::moved, store_, &ConversationStore::setFolder);
    connect(list_, &QWidget::customContextMenuRequested, this, &ConversationListView::showMenu);
}

void ConversationListView::buildShortcuts() {
    QAction* gone = addKeyAction(list_, tr("Delete"), QKeySequence::Delete);
    connect(gone, &QAction::triggered, this, [this] {
        if (ConversationList::isFolder(list_->currentItem()))
            store_->removeFolder(ConversationList::folderOf(list_->currentItem()));
        else if (!currentId().isEmpty())
            remove(currentId());
    });
}

void ConversationListView::setCurrent(const QString& id) {
    current_ = id;
    list_->markOpen(id);
}

QString ConversationListView::searchText() const {
    return search_->text();
}

void ConversationListView::focusSearch() {
    search_->setFocus();
    search_->selectAll();
}

int ConversationListView::count() const {
    return list_->count();
}
QString ConversationListView::titleAt(int row) const {
    return list_->item(row)->text();
}

void ConversationListView::refresh() {
    const bool searching = !search_->text().trimmed().isEmpty();
    list_->fill({store_->list(search_->text()), store_->folders(), searching});
    nothing_->setText(search_->text().isEmpty()
                          ? tr("Conversations are kept here.")
                          : tr("No conversation has “%1”.").arg(search_->text()));
    nothing_->setVisible(list_->count() == 0);
    list_->markOpen(current_);
}

void ConversationListView::showMenu(const QPoint& position) {
    QListWidgetItem* item = list_->itemAt(position);
    QMenu menu(this);
    if (ConversationList::isFolder(item))
        fillFolderMenu(menu, item);
    else if (item)
        fillMenu(menu, item);
    else
        menu.addAction(icon(QStringLiteral("folder")), tr("New folder…"), this,
                       [this] { askFolder({}); });
    menu.exec(list_->viewport()->mapToGlobal(position));
}

void ConversationListView::fillMenu(QMenu& menu, QListWidgetItem* item) {
    const QString id = ConversationList::idOf(item);
    menu.addAction(icon(QStringLiteral("edit")), tr("Rename"), this,
                   [this, item] { list_->editItem(item); });
    const bool pinned = ConversationList::isPinned(item);
    menu.addAction(icon(QStringLiteral("pin")), pinned ? tr("Unpin") : tr("Pin to the top"), this,
                   [this, id, pinned] { store_->setPinned(id, !pinned); });
    fillMoveMenu(menu.addMenu(icon(QStringLiteral("folder")), tr("Move to")), item);
    menu.addAction(icon(QStringLiteral("copy")), tr("Duplicate"), this, [this, id] {
        if (const QString copy = store_->duplicate(id); !copy.isEmpty()) Q_EMIT openRequested(copy);
    });
    menu.addAction(icon(QStringLiteral("export")), tr("Export…"), this,
                   [this, id] { Q_EMIT exportRequested(id); });
    menu.addAction(icon(QStringLiteral("save")), tr("Import…"), this,
                   &ConversationListView::importRequested);
    menu.addSeparator();
    menu.addAction(icon(QStringLiteral("trash"), IconTone::Danger), tr("Delete"), this,
                   [this, id] { remove(id); });
}

void ConversationListView::fillMoveMenu(QMenu* menu, QListWidgetItem* item) {
    const QString id = ConversationList::idOf(item), now = ConversationList::folderOf(item);
    const auto offer = [&](const QString& text, const QString& folder) {
        QAction* action = menu->addAction(
            text, store_, [store = store_, id, folder] { store->setFolder(id, folder); });
        action->setCheckable(true);
        action->setChecked(folder == now);
    };
    offer(tr("No folder"), {});
    for (const ConversationFolder& folder : store_->folders())
        offer(QString(folder.name).replace(QLatin1Char('&'), QLatin1String("&&")), folder.name);
    menu->addSeparator();
    menu->addAction(icon(QStringLiteral("plus")), tr("New folder…"), this,
                    [this, id] { askFolder(id); });
}

void ConversationListView::fillFolderMenu(QMenu& menu, QListWidgetItem* item) {
    const QString folder = ConversationList::folderOf(item);
    menu.addAction(icon(QStringLiteral("edit")), tr("Rename"), this,
                   [this, item] { list_->editItem(item); });
    menu.addAction(icon(QStringLiteral("folder")), tr("New folder…"), this,
                   [this] { askFolder({}); });
    menu.addSeparator();
    menu.addAction(icon(QStringLiteral("trash"), IconTone::Danger),
                   tr("Delete the folder, keep its conversations"), this,
                   [this, folder] { store_->removeFolder(folder); });
}

void ConversationListView::askFolder(const QString& id) {
    auto* dialog = new QInputDialog(this);
    dialog->setWindowTitle(tr("New folder"));
    dialog->setLabelText(tr("Name of the folder"));
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, id](const QString& name) { addFolder(name, id); });
    openOnce(dialog);
}

void ConversationListView::addFolder(const QString& name, const QString& conversation) {
    const QString folder = name.simplified();
    if (folder.isEmpty()) return;
    if (conversation.isEmpty())
        store_->addFolder(folder);
    else
        store_->setFolder(conversation, folder);
}

void ConversationListView::remove(const QString& id) {
    const std::optional<Conversation> conversation = store_->read(id);
    if (!conversation) return;
    removed_ = *conversation;
    store_->remove(id);
    undo_->clearActions();
    QPushButton* undo = undo_->addAction(tr("Undo"));
    connect(undo, &QPushButton::clicked, this, [this] {
        undo_->hide();
        store_->restore(removed_);
        Q_EMIT openRequested(removed_.info.id);
    });
    undo_->setDismissable(false);
    undo_->showNotice(NoticeBar::Kind::Info, tr("Deleted."));
    QTimer::singleShot(kUndoMs, undo, [this] { undo_->hide(); });
    Q_EMIT removed(id);
}

void ConversationListView::onRenamed(const QString& id, const QString& title) {
    if (title.isEmpty()) return refresh();
    store_->rename(id, title);
    Q_EMIT renamed(id, title);
}

void ConversationListView::onFolderRenamed(const QString& folder, const QString& name) {
    if (name.isEmpty()) return refresh();
    store_->renameFolder(folder, name);
}

QString ConversationListView::currentId() const {
    return ConversationList::idOf(list_->currentItem());
}

}  // namespace univi::ui
