#include "ui/chat/conversation_list.h"

#include <QDrag>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMimeData>
#include <QPainter>

#include "ui/chat/when_text.h"
#include "ui/widgets/card_delegate.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

enum Role {
    Id = Qt::UserRole,
    When,
    Open,
    Pinned,
    Folder,
    IsFolder,
    Closed,
    Name,  ///< as it is stored: what is edited may differ
    DropTarget
};
constexpr int kSign = 14, kIndent = 18;
const QString kMime = QStringLiteral("application/x-univi-conversation");

/// Shows the title and, at the right, the time of the last change; of a folder whether it is
/// folded, and how many lie in it.
class Delegate : public CardDelegate {
  public:
    explicit Delegate(QObject* parent) : CardDelegate(Open, 1, false, parent) {}

  protected:
    QRect paintInside(QPainter& painter, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override {
        const Palette& palette = Theme::instance().palette();
        const bool is_folder = index.data(IsFolder).toBool();
        const bool inside = !is_folder && !index.data(Folder).toString().isEmpty();
        if (index.data(DropTarget).toBool()) {
            painter.setPen(QPen(palette.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 2, -2, -2), 7, 7);
        }
        QRect room =
            paintAtRight(painter, option.rect.adjusted(inside ? 12 + kIndent : 12, 0, -12, 0),
                         index.data(When).toString(), palette.textMuted, smallFont(option));
        if (is_folder) return paintSign(painter, room, index.data(Closed).toBool());
        if (!index.data(Pinned).toBool()) return room;
        room.setRight(room.right() - kSign - 4);
        paintIcon(painter, QStringLiteral("pin"), IconTone::Muted,
                  QRectF(room.right() + 4, room.center().y() - kSign / 2.0, kSign, kSign));
        return room;
    }

  private:
    static QRect paintSign(QPainter& painter, const QRect& room, bool closed) {
        const double y = room.center().y() - kSign / 2.0;
        paintIcon(painter, closed ? QStringLiteral("right") : QStringLiteral("down"),
                  IconTone::Muted, QRectF(room.left() - 4, y, kSign, kSign));
        paintIcon(painter, QStringLiteral("folder"), IconTone::Muted,
                  QRectF(room.left() + kSign, y - 1, kSign + 2, kSign + 2));
        return room.adjusted(2 * kSign + 8, 0, 0, 0);
    }
};

}  // namespace

ConversationList::ConversationList(QWidget* parent) : QListWidget(parent) {
    setObjectName(QStringLiteral("conversations"));
    setAccessibleName(tr("Conversations"));
    setItemDelegate(new Delegate(this));
    setMouseTracking(true);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setContextMenuPolicy(Qt::CustomContextMenu);
    setEditTriggers(QAbstractItemView::EditKeyPressed);
    setDragDropMode(QAbstractItemView::DragDrop);
    setDropIndicatorShown(false);
    connect(this, &QListWidget::itemClicked, this, &ConversationList::activate);
    connect(this, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) {
        if (!isFolder(item)) activate(item);  // the key of a folder is Enter, below
    });
    connect(this, &QListWidget::itemChanged, this, &ConversationList::onEdited);
}

bool ConversationList::isFolder(const QListWidgetItem* item) {
    return item && item->data(IsFolder).toBool();
}
QString ConversationList::idOf(const QListWidgetItem* item) {
    return item ? item->data(Id).toString() : QString();
}
QString ConversationList::folderOf(const QListWidgetItem* item) {
    return item ? item->data(Folder).toString() : QString();
}
bool ConversationList::isPinned(const QListWidgetItem* item) {
    return item && item->data(Pinned).toBool();
}

void ConversationList::fill(const Content& content) {
    filling_ = true;
    const QString chosen_folder = isFolder(currentItem()) ? folderOf(currentItem()) : QString();
    clear();
    QHash<QString, QList<ConversationInfo>> inside;
    for (const ConversationInfo& info : content.conversations) inside[info.folder] << info;
    const QList<ConversationInfo> loose = inside.take({});
    for (const ConversationInfo& info : loose)
        if (info.pinned) addConversation(info);
    for (const ConversationFolder& folder : content.folders)
        addFolder(folder, inside.take(folder.name), content.searching);
    for (const ConversationInfo& info : loose)
        if (!info.pinned) addConversation(info);
    for (int row = 0; row < count() && !chosen_folder.isEmpty(); ++row)
        if (isFolder(item(row)) && folderOf(item(row)) == chosen_folder) setCurrentRow(row);
    filling_ = false;
}

void ConversationList::addFolder(const ConversationFolder& folder,
                                 const QList<ConversationInfo>& inside, bool searching) {
    if (searching && inside.isEmpty()) return;
    const bool closed = folder.closed && !searching;
    auto* item = new QListWidgetItem(folder.name, this);
    item->setData(IsFolder, true);
    item->setData(Folder, folder.name);
    item->setData(Name, folder.name);
    item->setData(Closed, closed);
    item->setData(When, QLocale().toString(inside.size()));
    const QString count = tr("Folder of %Ln conversation(s)", nullptr, int(inside.size()));
    item->setData(Qt::AccessibleDescriptionRole, closed ? tr("%1, folded").arg(count) : count);
    item->setToolTip(folder.name);
    item->setFlags((item->flags() | Qt::ItemIsEditable) & ~Qt::ItemIsDragEnabled);
    if (closed) return;
    for (const ConversationInfo& info : inside) addConversation(info);
}

void ConversationList::addConversation(const ConversationInfo& info) {
    auto* item = new QListWidgetItem(info.title, this);
    item->setData(Id, info.id);
    item->setData(Name, info.title);
    item->setData(When, whenText(info.updated));
    item->setData(Pinned, info.pinned);
    item->setData(Folder, info.folder);
    QStringList facts;
    if (info.pinned) facts << tr("Pinned");
    if (!info.folder.isEmpty()) facts << tr("in the folder %1").arg(info.folder);
    if (!facts.isEmpty())
        item->setData(Qt::AccessibleDescriptionRole, facts.join(QStringLiteral(", ")));
    item->setToolTip(info.title);
    item->setFlags(item->flags() | Qt::ItemIsEditable);
}

void ConversationList::markOpen(const QString& id) {
    filling_ = true;
    const bool on_folder = isFolder(currentItem());  // the keyboard stays there
    for (int row = 0; row < count(); ++row) {
        const bool open = !id.isEmpty() && idOf(item(row)) == id;
        item(row)->setData(Open, open);
        if (open && !on_folder) setCurrentItem(item(row));
    }
    filling_ = false;
}

void ConversationList::activate(QListWidgetItem* item) {
    if (!isFolder(item)) return Q_EMIT openRequested(idOf(item));
    const QString folder = folderOf(item);
    const bool closed = !item->data(Closed).toBool();
    // Queued: the list is filled again while the click is still being worked on.
    QMetaObject::invokeMethod(
        this, [this, folder, closed] { Q_EMIT folderClosed(folder, closed); },
        Qt::QueuedConnection);
}

/// Queued: the list is filled again, and the item's editor is still closing.
void ConversationList::onEdited(QListWidgetItem* item) {
    const QString before = item->data(Name).toString();
    if (filling_ || item->text() == before) return;
    const QString id = idOf(item), text = item->text().simplified();
    const auto tell = [this, id, before, text] {
        if (id.isEmpty())
            Q_EMIT folderRenamed(before, text);
        else
            Q_EMIT renamed(id, text);
    };
    QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
}

void ConversationList::keyPressEvent(QKeyEvent* event) {
    QListWidgetItem* item = currentItem();
    if (!isFolder(item) || state() == EditingState) return QListWidget::keyPressEvent(event);
    const bool closed = item->data(Closed).toBool();
    const int key = event->key();
    const bool toggles = key == Qt::Key_Return || key == Qt::Key_Enter ||
                         (key == Qt::Key_Left && !closed) || (key == Qt::Key_Right && closed);
    if (!toggles) return QListWidget::keyPressEvent(event);
    Q_EMIT folderClosed(folderOf(item), !closed);
}

void ConversationList::startDrag(Qt::DropActions) {
    const QString id = idOf(currentItem());
    if (id.isEmpty()) return;
    auto* mime = new QMimeData;
    mime->setData(kMime, id.toUtf8());
    auto* drag = new QDrag(this);
    drag->setMimeData(mime);
    drag->exec(Qt::CopyAction);  // the store moves it, not the list
    markDrop(nullptr);
}

void ConversationList::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasFormat(kMime)) event->acceptProposedAction();
}

void ConversationList::dragMoveEvent(QDragMoveEvent* event) {
    if (!event->mimeData()->hasFormat(kMime)) return;
    markDrop(itemAt(event->position().toPoint()));
    event->acceptProposedAction();
}

void ConversationList::dragLeaveEvent(QDragLeaveEvent*) {
    markDrop(nullptr);
}

void ConversationList::dropEvent(QDropEvent* event) {
    if (!event->mimeData()->hasFormat(kMime)) return;
    event->acceptProposedAction();
    const QString id = QString::fromUtf8(event->mimeData()->data(kMime));
    const QString folder = folderOf(itemAt(event->position().toPoint()));
    // Queued: the list is filled again while the drag ends.
    QMetaObject::invokeMethod(
        this, [this, id, folder] { Q_EMIT moved(id, folder); }, Qt::QueuedConnection);
}

/// The folder that would take it is framed.
void ConversationList::markDrop(QListWidgetItem* target) {
    filling_ = true;
    const QString folder = folderOf(target);
    for (int row = 0; row < count(); ++row) {
        const bool on = !folder.isEmpty() && isFolder(item(row)) && folderOf(item(row)) == folder;
        if (item(row)->data(DropTarget).toBool() != on) item(row)->setData(DropTarget, on);
    }
    filling_ = false;
}

}  // namespace univi::ui
