#include "ui/chat/conversation_list_view.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include "ui/chat/conversation_store.h"
#include "ui/text/translate.h"
#include "ui/widgets/build.h"
#include "ui/widgets/card_delegate.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"
#include "ui/widgets/search_escape.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kId = Qt::UserRole, kWhen = Qt::UserRole + 1, kOpen = Qt::UserRole + 2,
              kPinned = Qt::UserRole + 3;
constexpr int kUndoMs = 8000;
constexpr int kPin = 14;

/// Shows the title and, at the right, the time of the last change.
class Delegate : public CardDelegate {
  public:
    explicit Delegate(QObject* parent) : CardDelegate(kOpen, 1, false, parent) {}

  protected:
    QRect paintInside(QPainter& painter, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override {
        QRect room =
            paintAtRight(painter, option.rect.adjusted(12, 0, -12, 0), index.data(kWhen).toString(),
                         Theme::instance().palette().textMuted, smallFont(option));
        if (!index.data(kPinned).toBool()) return room;
        room.setRight(room.right() - kPin - 4);
        paintIcon(painter, QStringLiteral("pin"), IconTone::Muted,
                  QRectF(room.right() + 4, room.center().y() - kPin / 2.0, kPin, kPin));
        return room;
    }
};

QAction* addKeyAction(QWidget* widget, const QString& text, const QKeySequence& key) {
    auto* action = new QAction(text, widget);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetShortcut);
    widget->addAction(action);
    return action;
}

}  // namespace

QString whenText(const QDateTime& time) {
    const QDateTime local = time.toLocalTime();
    const qint64 days = local.date().daysTo(QDate::currentDate());
    const QLocale locale;
    if (days <= 0) return locale.toString(local.time(), QStringLiteral("HH:mm"));
    if (days < 7) return locale.dayName(local.date().dayOfWeek(), QLocale::ShortFormat);
    return locale.toString(local.date(), days < 300 ? tr("d MMM") : tr("MMM yyyy"));
}

ConversationListView::ConversationListView(ConversationStore* store, QWidget* parent)
    : QWidget(parent),
      store_(store),
      search_(new QLineEdit),
      list_(new QListWidget),
      nothing_(wrapped({}, "small")),
      undo_(new NoticeBar) {
    setLook(this, "sidebar");
    dressSearch(search_, tr("Search…"), tr("Search conversations"));
    leaveOnEscape(search_);
    dressList();
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

void ConversationListView::dressList() {
    list_->setObjectName(QStringLiteral("conversations"));
    list_->setAccessibleName(tr("Conversations"));
    list_->setItemDelegate(new Delegate(list_));
    list_->setMouseTracking(true);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->setEditTriggers(QAbstractItemView::EditKeyPressed);
}

void ConversationListView::wire() {
    connect(search_, &QLineEdit::textChanged, this, &ConversationListView::refresh);
    connect(store_, &ConversationStore::changed, this, &ConversationListView::refresh);
    const auto open = [this](QListWidgetItem* item) {
        Q_EMIT openRequested(item->data(kId).toString());
    };
    connect(list_, &QListWidget::itemClicked, this, open);
    connect(list_, &QListWidget::itemActivated, this, open);
    connect(list_, &QListWidget::itemChanged, this, &ConversationListView::onEdited);
    connect(list_, &QWidget::customContextMenuRequested, this, &ConversationListView::showMenu);
}

void ConversationListView::buildShortcuts() {
    QAction* gone = addKeyAction(list_, tr("Delete"), QKeySequence::Delete);
    connect(gone, &QAction::triggered, this, [this] {
        if (!currentId().isEmpty()) remove(currentId());
    });
}

void ConversationListView::setCurrent(const QString& id) {
    current_ = id;
    filling_ = true;
    for (int row = 0; row < list_->count(); ++row) {
        QListWidgetItem* item = list_->item(row);
        const bool open = item->data(kId).toString() == id;
        item->setData(kOpen, open);
        if (open) list_->setCurrentItem(item);
    }
    filling_ = false;
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
    filling_ = true;
    list_->clear();
    for (const ConversationInfo& info : store_->list(search_->text())) {
        auto* item = new QListWidgetItem(info.title, list_);
        item->setData(kId, info.id);
        item->setData(kWhen, whenText(info.updated));
        item->setData(kPinned, info.pinned);
        if (info.pinned) item->setData(Qt::AccessibleDescriptionRole, tr("Pinned"));
        item->setToolTip(info.title);
        item->setFlags(item->flags() | Qt::ItemIsEditable);
    }
    nothing_->setText(search_->text().isEmpty()
                          ? tr("Conversations are kept here.")
                          : tr("No conversation has “%1”.").arg(search_->text()));
    nothing_->setVisible(list_->count() == 0);
    filling_ = false;
    setCurrent(current_);
}

void ConversationListView::showMenu(const QPoint& position) {
    QListWidgetItem* item = list_->itemAt(position);
    if (!item) return;
    const QString id = item->data(kId).toString();
    QMenu menu(this);
    menu.addAction(icon(QStringLiteral("edit")), tr("Rename"), this,
                   [this, item] { list_->editItem(item); });
    const bool pinned = item->data(kPinned).toBool();
    menu.addAction(icon(QStringLiteral("pin")), pinned ? tr("Unpin") : tr("Pin to the top"), this,
                   [this, id, pinned] { store_->setPinned(id, !pinned); });
    menu.addAction(icon(QStringLiteral("copy")), tr("Duplicate"), this, [this, id] {
        if (const QString copy = store_->duplicate(id); !copy.isEmpty()) Q_EMIT openRequested(copy);
    });
    menu.addAction(icon(QStringLiteral("export")), tr("Export…"), this,
                   [this, id] { Q_EMIT exportRequested(id); });
    menu.addAction(icon(QStringLiteral("folder")), tr("Import…"), this,
                   &ConversationListView::importRequested);
    menu.addSeparator();
    menu.addAction(icon(QStringLiteral("trash"), IconTone::Danger), tr("Delete"), this,
                   [this, id] { remove(id); });
    menu.exec(list_->viewport()->mapToGlobal(position));
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

void ConversationListView::onEdited(QListWidgetItem* item) {
    if (filling_) return;
    const QString id = item->data(kId).toString(), title = item->text().simplified();
    // Queued: the list is filled again by the store's signal, and the item's editor
    // is still closing.
    QMetaObject::invokeMethod(
        this,
        [this, id, title] {
            if (title.isEmpty()) return refresh();
            store_->rename(id, title);
            Q_EMIT renamed(id, title);
        },
        Qt::QueuedConnection);
}

QString ConversationListView::currentId() const {
    return list_->currentItem() ? list_->currentItem()->data(kId).toString() : QString();
}

}  // namespace univi::ui
