#include "ui/chat/command_palette.h"

#include <QApplication>
#include <QEvent>
#include <QFrame>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/chat/conversation_store.h"
#include "ui/chat/turn_search.h"
#include "ui/widgets/build.h"
#include "ui/widgets/card_delegate.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

/// At most; as high as what was found.
constexpr QSize kSize{680, 480};
constexpr int kMargin = 12, kSpacing = 8, kBorder = 1, kEmptyHeight = 96;
constexpr int kNote = Qt::UserRole, kOpen = Qt::UserRole + 1;
constexpr int kMostChats = 8, kMostNote = 40;

/// The text with what is searched for in bold letters, and at the right in small ones what it is.
class Delegate : public CardDelegate {
  public:
    explicit Delegate(const QLineEdit* field, QObject* parent)
        : CardDelegate(kOpen, 1, true, parent), field_(field) {}

  protected:
    QRect paintInside(QPainter& painter, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override {
        return paintAtRight(painter, option.rect.adjusted(12, 0, -12, 0),
                            index.data(kNote).toString(), Theme::instance().palette().textMuted,
                            smallFont(option));
    }
    QList<QTextLayout::FormatRange> marksIn(const QString& name) const override {
        QList<QTextLayout::FormatRange> marks;
        for (const TextPlace& place : placesOf(wordsOf(field_->text()), name))
            marks << QTextLayout::FormatRange{int(place.start), int(place.length), {}};
        return marks;
    }

  private:
    const QLineEdit* field_;  ///< what is searched for
};

QString shortened(const QString& text, qsizetype most) {
    return text.size() > most ? text.left(most - 1) + QChar(0x2026) : text;
}

QString noteOf(const TurnHit& hit) {
    if (hit.versions < 2) return hit.title;
    return CommandPalette::tr("%1, version %2 of %3")
        .arg(shortened(hit.title, kMostNote - 16))
        .arg(hit.version)
        .arg(hit.versions);
}

bool holdsAll(const QString& text, const QStringList& words) {
    const QString folded = text.toCaseFolded();
    return std::ranges::all_of(words, [&](const QString& word) { return folded.contains(word); });
}

}  // namespace

CommandPalette::CommandPalette(ConversationStore* store, HistorySearch* search,
                               const QList<Command>& commands, QWidget* parent)
    : QDialog(parent),
      commands_(commands),
      conversations_(store->list()),
      search_(search),
      field_(new QLineEdit),
      list_(new QListWidget),
      nothing_(wrapped({}, "muted")),
      before_(QApplication::focusWidget()) {
    if (parent) setWindowFlags(Qt::Widget);
    setObjectName(QStringLiteral("palette"));
    setWindowTitle(tr("Go to"));
    dressSearch(field_, tr("Chats, what was said, commands, models…"), tr("Go to"));
    list_->setObjectName(QStringLiteral("conversations"));
    list_->setAccessibleName(tr("Found"));
    list_->setItemDelegate(new Delegate(field_, list_));
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setMouseTracking(true);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    nothing_->setAlignment(Qt::AlignCenter);
    nothing_->setTextFormat(Qt::PlainText);
    auto* card = new QFrame;
    setLook(card, "card");
    column(card, {.margins = {kMargin, kMargin, kMargin, kMargin}, .spacing = kSpacing},
           {field_, {list_, 1}, {nothing_, 1}});
    fillWith(this, card);
    field_->installEventFilter(this);
    connect(field_, &QLineEdit::textChanged, this, &CommandPalette::refresh);
    connect(list_, &QListWidget::itemClicked, this, &CommandPalette::choose);
    if (search_) connect(search_, &HistorySearch::found, this, &CommandPalette::addHits);
    refresh();
    if (!parent) return;
    connect(qApp, &QApplication::focusChanged, this, &CommandPalette::leaveWithFocus);
    connect(this, &QDialog::finished, this, [this] {
        if (before_) before_->setFocus();
    });
    fitHeight();
    move((parent->width() - width()) / 2, 64);
}

void CommandPalette::refresh() {
    list_->clear();
    runs_.clear();
    const QStringList words = wordsOf(field_->text());
    int chats = 0;
    for (const ConversationInfo& info : conversations_) {
        if (chats == kMostChats || !holdsAll(info.title, words)) continue;
        ++chats;
        add(info.title, tr("Chat"), [this, id = info.id] { Q_EMIT conversationChosen(id); });
    }
    for (const Command& command : commands_)
        if (holdsAll(command.text, words)) add(command.text, command.note, command.run);
    list_->setCurrentRow(0);
    list_->show();
    nothing_->hide();
    if (search_ && !words.isEmpty())
        search_->find(field_->text());
    else
        showWhetherEmpty();
}

/// Not while a search goes on: its hits would make the palette low and high again.
void CommandPalette::fitHeight() {
    if (!parentWidget()) return;
    const QSize most = kSize.boundedTo(parentWidget()->size() - QSize(48, 96));
    const int rows = list_->count() * list_->sizeHintForRow(0) + 2 * list_->frameWidth();
    const int around = field_->sizeHint().height() + 2 * (kMargin + kBorder) + kSpacing;
    resize(most.width(),
           std::min(most.height(), around + (list_->count() > 0 ? rows : kEmptyHeight)));
}

void CommandPalette::showWhetherEmpty() {
    fitHeight();
    if (list_->count() > 0) return;
    nothing_->setText(tr("Nothing here has “%1”.").arg(field_->text().simplified()));
    list_->hide();
    nothing_->show();
}

void CommandPalette::addHits(const QString& words, const QList<TurnHit>& hits) {
    if (words != field_->text()) return;
    for (const TurnHit& hit : hits)
        add(hit.snippet, noteOf(hit),
            [this, hit] { Q_EMIT turnChosen(hit.conversation, hit.turn); });
    if (list_->currentRow() < 0) list_->setCurrentRow(0);
    showWhetherEmpty();
}

QListWidgetItem* CommandPalette::add(const QString& text, const QString& note,
                                     std::function<void()> run) {
    auto* item = new QListWidgetItem(text, list_);
    item->setData(kNote, shortened(note, kMostNote));
    item->setToolTip(text);
    item->setData(Qt::AccessibleDescriptionRole, note);
    runs_ << std::move(run);
    return item;
}

void CommandPalette::choose(QListWidgetItem* item) {
    if (!item) return;
    const std::function<void()> run = runs_.value(list_->row(item));
    accept();
    if (run) run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    const bool is_key =
        event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (watched != field_ || !is_key) return QDialog::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    if (event->type() == QEvent::ShortcutOverride) {
        // Esc is a shortcut of the window below, which stops a reply.
        if (key->key() == Qt::Key_Escape) event->accept();
        return QDialog::eventFilter(watched, event);
    }
    const int row = list_->currentRow(), last = list_->count() - 1;
    switch (key->key()) {
        case Qt::Key_Down:
            list_->setCurrentRow(row < last ? row + 1 : 0);
            return true;
        case Qt::Key_Up:
            list_->setCurrentRow(row > 0 ? row - 1 : last);
            return true;
        case Qt::Key_PageDown:
            list_->setCurrentRow(std::min(last, row + 8));
            return true;
        case Qt::Key_PageUp:
            list_->setCurrentRow(std::max(0, row - 8));
            return true;
        case Qt::Key_Escape:
            reject();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            choose(list_->currentItem());
            return true;
        default:
            return QDialog::eventFilter(watched, event);
    }
}

void CommandPalette::showEvent(QShowEvent* event) {
    QDialog::showEvent(event);
    leaving_ = false;
    raise();
    // QDialog gives the keyboard back to its window's focus when it is shown.
    QMetaObject::invokeMethod(
        this, [this] { field_->setFocus(Qt::ShortcutFocusReason); }, Qt::QueuedConnection);
}

/// Hiding it moves the keyboard by itself, which is no click beside it.
void CommandPalette::done(int result) {
    leaving_ = true;
    QDialog::done(result);
}

/// A click beside it leaves it; so does the tabulator key.
void CommandPalette::leaveWithFocus(QWidget*, QWidget* now) {
    if (leaving_ || !isVisible() || !now || now == this || isAncestorOf(now)) return;
    before_ = now;
    reject();
}

int CommandPalette::count() const {
    return list_->count();
}
QString CommandPalette::textAt(int row) const {
    return list_->item(row)->text();
}
QString CommandPalette::noteAt(int row) const {
    return list_->item(row)->data(kNote).toString();
}

}  // namespace univi::ui
