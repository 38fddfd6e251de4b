#include "ui/training/watch/run_list_view.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/text/translate.h"
#include "ui/training/runs/run_library.h"
#include "ui/training/runs/run_texts.h"
#include "ui/training/watch/state_tone.h"
#include "ui/widgets/build.h"
#include "ui/widgets/card_delegate.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/search_escape.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kFolder = Qt::UserRole, kDetail = Qt::UserRole + 1, kOpen = Qt::UserRole + 2,
              kState = Qt::UserRole + 3, kProgress = Qt::UserRole + 4;
constexpr int kDot = 8, kSide = 12;

/// Shows name and state, below them the progress, and a thin bar for a run that lives.
class Delegate : public CardDelegate {
  public:
    explicit Delegate(QObject* parent) : CardDelegate(kOpen, 2, true, parent) {}

    void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                              const QModelIndex&) const override {
        editor->setGeometry(option.rect.adjusted(kSide, 4, -kSide, -4));
    }

  protected:
    QRect paintInside(QPainter& painter, const QStyleOptionViewItem& option,
                      const QModelIndex& index) const override {
        const auto state = RunState(index.data(kState).toInt());
        const QRect inner = option.rect.adjusted(kSide, 8, -kSide, -8);
        const int line = inner.height() / 2;
        painter.setPen(Qt::NoPen);
        painter.setBrush(stateColor(state));
        painter.drawEllipse(QRectF(inner.left(), inner.top() + (line - kDot) / 2.0, kDot, kDot));
        if (isAlive(state)) paintProgress(painter, option.rect, index.data(kProgress).toDouble());
        const QFont small = smallFont(option);
        const QRect above(inner.left() + kDot + 8, inner.top(), inner.width() - kDot - 8, line);
        const QRect left = paintAtRight(painter, above, stateName(state), stateColor(state), small);
        painter.setPen(Theme::instance().palette().textMuted);
        painter.drawText(above.translated(0, line), Qt::AlignVCenter,
                         QFontMetrics(small).elidedText(index.data(kDetail).toString(),
                                                        Qt::ElideRight, above.width()));
        return left;
    }

  private:
    static void paintProgress(QPainter& painter, const QRect& rect, double share) {
        const Palette& palette = Theme::instance().palette();
        const QRectF track(rect.left() + kSide, rect.bottom() - 5, rect.width() - 2 * kSide, 3);
        painter.setPen(Qt::NoPen);
        painter.setBrush(palette.border);
        painter.drawRoundedRect(track, 1.5, 1.5);
        painter.setBrush(palette.accent);
        painter.drawRoundedRect(
            QRectF(track.topLeft(), QSizeF(track.width() * share, track.height())), 1.5, 1.5);
    }
};

QString detailOf(const RunEntry& entry) {
    const RunInfo& info = entry.info;
    const QLocale locale;
    if (info.state == RunState::Queued)
        return entry.waiting_for.isEmpty() ? tr("Starts as soon as it can") : entry.waiting_for;
    if (info.state == RunState::Starting) return tr("Loading the model");
    QString text =
        info.total_steps > 0
            ? tr("%1 of %2").arg(locale.toString(info.step), locale.toString(info.total_steps))
        : info.step > 0 ? tr("step %1").arg(locale.toString(info.step))
                        : QString();
    const auto loss = info.last.constFind(QStringLiteral("loss"));
    if (loss != info.last.constEnd())
        text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) +
                tr("loss %1").arg(figureText(*loss));
    if (info.state == RunState::Running && info.eta_seconds > 0)
        text += QStringLiteral(" · ") + durationText(info.eta_seconds);
    else if (info.changed.isValid() && !isAlive(info.state))
        text += (text.isEmpty() ? QString() : QStringLiteral(" · ")) +
                locale.toString(info.changed, info.changed.date() == QDate::currentDate()
                                                  ? QStringLiteral("HH:mm")
                                                  : tr("d MMM"));
    return text;
}

}  // namespace

RunListView::RunListView(RunLibrary* library, QWidget* parent)
    : QWidget(parent),
      library_(library),
      search_(new QLineEdit),
      filter_(new QComboBox),
      list_(new QListWidget),
      nothing_(wrapped({}, "small")) {
    setLook(this, "sidebar");
    list_->setObjectName(QStringLiteral("runList"));
    list_->setAccessibleName(tr("Runs"));
    list_->setItemDelegate(new Delegate(list_));
    list_->setMouseTracking(true);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setTextElideMode(Qt::ElideMiddle);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->setEditTriggers(QAbstractItemView::NoEditTriggers);
    nothing_->setAlignment(Qt::AlignHCenter);
    column(this, {.margins = {0, 12, 0, 12}, .spacing = 8},
           {buildTop(), {list_, 1}, buildBottom()});
    wire();
    addKeys();
    refresh();
}

void RunListView::wire() {
    connect(search_, &QLineEdit::textChanged, this, &RunListView::refresh);
    connect(filter_, &QComboBox::currentIndexChanged, this, &RunListView::refresh);
    connect(library_, &RunLibrary::changed, this, &RunListView::refresh);
    const auto open = [this](QListWidgetItem* item) {
        if (item && chosen().size() == 1) Q_EMIT openRequested(item->data(kFolder).toString());
    };
    connect(list_, &QListWidget::itemClicked, this, open);
    connect(list_, &QListWidget::itemActivated, this, open);
    connect(list_, &QListWidget::itemSelectionChanged, this,
            [this] { compare_->setEnabled(list_->count() > 0); });
    connect(list_, &QWidget::customContextMenuRequested, this, &RunListView::showMenu);
    connect(list_->itemDelegate(), &QAbstractItemDelegate::commitData, this,
            [this](QWidget* editor) {
                const auto* line = qobject_cast<QLineEdit*>(editor);
                if (line && !edited_.isEmpty()) Q_EMIT renamed(edited_, line->text());
            });
    connect(list_->itemDelegate(), &QAbstractItemDelegate::closeEditor, this, [this] {
        edited_.clear();
        // The editor is still closing, so the list is refreshed after that.
        QMetaObject::invokeMethod(this, &RunListView::refresh, Qt::QueuedConnection);
    });
}

void RunListView::addKeys() {
    const auto add = [this](const QString& text, const QKeySequence& key, auto slot) {
        auto* action = new QAction(text, list_);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetShortcut);
        list_->addAction(action);
        connect(action, &QAction::triggered, this, [this, slot] {
            const QListWidgetItem* item = list_->currentItem();
            if (item) slot(item->data(kFolder).toString());
        });
    };
    add(tr("Rename"), QKeySequence(Qt::Key_F2), [this](const QString& run) { editName(run); });
    add(tr("Move to the trash"), QKeySequence(Qt::Key_Delete),
        [this](const QString& run) { Q_EMIT removeRequested(run); });
}

void RunListView::editName(const QString& folder) {
    for (int row = 0; row < list_->count(); ++row) {
        QListWidgetItem* item = list_->item(row);
        if (item->data(kFolder).toString() != folder) continue;
        edited_ = folder;
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        list_->setCurrentItem(item);
        list_->editItem(item);
        return;
    }
}

QWidget* RunListView::buildTop() {
    dressSearch(search_, tr("Search…"), tr("Search runs"));
    leaveOnEscape(search_);
    filter_->addItems({tr("All"), tr("Running"), tr("Done"), tr("Failed")});
    filter_->setAccessibleName(tr("Which runs"));
    return columnWidget({.margins = {12, 0, 12, 0}, .spacing = 8},
                        {row({.spacing = 8}, {{search_, 1}, filter_}), nothing_});
}

QWidget* RunListView::buildBottom() {
    QPushButton* make =
        button(tr("New run"), ButtonRole::Plain, "plus", tr("New run (Ctrl+Shift+N)"));
    compare_ = button(tr("Compare"), ButtonRole::Plain, "compare",
                      tr("Compare the chosen runs; with one chosen, all"));
    QToolButton* open = iconButton("folder", tr("Open a run's folder"), 18);
    open->setToolTip(tr("Open a run's folder, or any folder of TensorBoard files"));
    connect(make, &QPushButton::clicked, this, &RunListView::newRequested);
    connect(open, &QToolButton::clicked, this, &RunListView::openFolderRequested);
    connect(compare_, &QPushButton::clicked, this, [this] {
        const QStringList folders = chosen();
        Q_EMIT compareRequested(folders.size() > 1 ? folders : QStringList());
    });
    return rowWidget({.margins = {12, 0, 12, 0}, .spacing = 8}, {{make, 1}, {compare_, 1}, open});
}

bool RunListView::passes(const RunInfo& info) const {
    switch (Filter(filter_->currentIndex())) {
        case Filter::Living:
            if (!isAlive(info.state) && info.state != RunState::Queued) return false;
            break;
        case Filter::Done:
            if (info.state != RunState::Done) return false;
            break;
        case Filter::Failed:
            if (info.state != RunState::Failed && info.state != RunState::Lost) return false;
            break;
        case Filter::All:
            break;
    }
    const QString words = search_->text().trimmed();
    return words.isEmpty() || info.name.contains(words, Qt::CaseInsensitive) ||
           info.folder.contains(words, Qt::CaseInsensitive) ||
           info.settings.value(QLatin1String("dataset_use"))
               .toString()
               .contains(words, Qt::CaseInsensitive);
}

/// Writes over the items, so that selection, focus and scroll position stay while runs report.
void RunListView::refresh() {
    if (!edited_.isEmpty()) return;
    filling_ = true;
    QList<RunEntry> shown;
    for (const RunEntry& entry : library_->runs())
        if (passes(entry.info)) shown << entry;
    const QStringList selected = chosen();
    bool moved = false;
    while (list_->count() > shown.size()) delete list_->takeItem(list_->count() - 1);
    while (list_->count() < shown.size()) new QListWidgetItem(list_);
    for (int row = 0; row < shown.size(); ++row) {
        QListWidgetItem* item = list_->item(row);
        const RunEntry& entry = shown[row];
        moved |= item->data(kFolder).toString() != entry.folder;
        item->setText(entry.info.name);
        item->setData(kFolder, entry.folder);
        item->setData(kDetail, detailOf(entry));
        item->setData(kState, int(entry.info.state));
        item->setData(kProgress, progressOf(entry.info));
        item->setData(kOpen, entry.folder == current_);
        item->setToolTip(entry.info.problem.isEmpty()
                             ? entry.folder
                             : QStringLiteral("%1\n%2").arg(entry.folder, entry.info.problem));
        item->setData(Qt::AccessibleTextRole,
                      QStringLiteral("%1, %2, %3")
                          .arg(entry.info.name, stateName(entry.info.state), detailOf(entry)));
    }
    if (moved)
        for (int row = 0; row < list_->count(); ++row)
            list_->item(row)->setSelected(selected.contains(folderAt(row)));
    nothing_->setText(library_->runs().isEmpty()
                          ? tr("Runs are listed here: those started here, and folders you open.")
                          : tr("No run fits."));
    nothing_->setVisible(list_->count() == 0);
    filling_ = false;
}

void RunListView::setCurrent(const QString& folder) {
    current_ = folder;
    refresh();
}

void RunListView::setFilter(Filter filter) {
    filter_->setCurrentIndex(int(filter));
}

void RunListView::focusSearch() {
    search_->setFocus();
    search_->selectAll();
}

int RunListView::count() const {
    return list_->count();
}

QString RunListView::folderAt(int row) const {
    return list_->item(row) ? list_->item(row)->data(kFolder).toString() : QString();
}

QStringList RunListView::chosen() const {
    QStringList folders;
    for (const QListWidgetItem* item : list_->selectedItems())
        folders << item->data(kFolder).toString();
    return folders;
}

void RunListView::showMenu(const QPoint& position) {
    const QListWidgetItem* item = list_->itemAt(position);
    if (!item) return;
    const QString folder = item->data(kFolder).toString();
    QMenu menu(this);
    menu.addAction(tr("Open"), this, [this, folder] { Q_EMIT openRequested(folder); });
    if (chosen().size() > 1)
        menu.addAction(icon(QStringLiteral("compare")), tr("Compare these"), this,
                       [this] { Q_EMIT compareRequested(chosen()); });
    menu.addSeparator();
    menu.addAction(icon(QStringLiteral("edit")), tr("Rename"), QKeySequence(Qt::Key_F2), this,
                   [this, folder] { editName(folder); });
    QAction* remove = menu.addAction(icon(QStringLiteral("trash")), tr("Move to the trash"),
                                     QKeySequence(Qt::Key_Delete), this,
                                     [this, folder] { Q_EMIT removeRequested(folder); });
    remove->setEnabled(!isAlive(RunState(item->data(kState).toInt())));
    menu.addAction(icon(QStringLiteral("close")), tr("Out of the list (the folder stays)"), this,
                   [this, folder] { Q_EMIT forgetRequested(folder); });
    menu.exec(list_->viewport()->mapToGlobal(position));
}

}  // namespace univi::ui
