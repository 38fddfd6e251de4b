#include "ui/evaluation/items_panel.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFrame>
#include <QHeaderView>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/evaluation/item_view.h"
#include "ui/evaluation/items_model.h"
#include "ui/groups/groups_panel.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/flow_layout.h"

namespace univi::ui {
namespace {

using Filter = ItemsModel::Filter;

constexpr int kRowHeight = 34, kSearchWidth = 180, kCompareWidth = 220;
constexpr Filter kFilters[] = {Filter::All, Filter::Wrong, Filter::NotAnswered, Filter::Different};

/// Finds a column's set: a video set by what it judges, another by its name or as the only one.
const eval::SetResult* setOf(const eval::Results& results, const eval::TableColumn& column) {
    for (const eval::SetResult& set : results.sets) {
        const bool is_it = !column.set.empty()
                               ? set.name == column.set
                               : results.sets.size() == 1 || set.metrics.contains(column.metric);
        if (is_it) return &set;
    }
    return nullptr;
}

}  // namespace

void dressSplitter(QSplitter* splitter) {
    splitter->setHandleWidth(12);
    splitter->setProperty("quiet", true);
}

QTableView* makeTableView(QAbstractItemModel* model, const QString& name) {
    auto* view = new QTableView;
    view->setModel(model);
    view->setAccessibleName(name);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setFrameShape(QFrame::NoFrame);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(kRowHeight);
    view->horizontalHeader()->setHighlightSections(false);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setTextElideMode(Qt::ElideRight);
    return view;
}

ItemsPanel::ItemsPanel(const EngineClient::Options& engine, QWidget* parent)
    : QWidget(parent),
      engine_options_(engine),
      items_(new ItemsModel(this)),
      item_(new ItemView),
      title_(new ElidedLabel),
      filters_(new QButtonGroup(this)),
      compare_(new QComboBox),
      search_(new QLineEdit),
      view_(makeTableView(items_, tr("Questions"))) {
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setAlternatingRowColors(true);
    view_->horizontalHeader()->setStretchLastSection(true);
    auto* card = new QFrame;
    card->setObjectName(QStringLiteral("card"));
    fillWith(card, item_, {1, 1, 1, 1});
    QSplitter* parts = splitter(Qt::Horizontal, view_, 3, card, 2);
    dressSplitter(parts);
    column(this, {.margins = {0, 4, 0, 0}, .spacing = 8}, {buildTools(), {parts, 1}});
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &ItemsPanel::showCurrentItem);
    connect(item_, &ItemView::groupsRequested, this, &ItemsPanel::requestGroups);
    updateFilters();
}

QWidget* ItemsPanel::buildTools() {
    title_->setProperty("type", QStringLiteral("heading"));
    auto* line = new FlowLayout(6, Qt::AlignLeft);
    for (const Filter filter : kFilters) {
        QToolButton* choice = segment({});
        filters_->addButton(choice, int(filter));
        line->addWidget(choice);
    }
    compare_->setAccessibleName(tr("Compare with another checkpoint"));
    compare_->setFixedWidth(kCompareWidth);
    search_->setPlaceholderText(tr("Search…"));
    search_->setClearButtonEnabled(true);
    search_->setFixedWidth(kSearchWidth);
    line->addWidget(compare_);
    line->addWidget(search_);
    connect(filters_, &QButtonGroup::idClicked, this, [this](int id) {
        items_->setFilter(Filter(id));
        updateFilters();
        showCurrentItem();
    });
    connect(search_, &QLineEdit::textChanged, this, [this](const QString& words) {
        items_->setSearch(words);
        showCurrentItem();
    });
    connect(compare_, &QComboBox::activated, this, &ItemsPanel::compareWith);
    return columnWidget({.margins = {}, .spacing = 6}, {title_, line});
}

void ItemsPanel::setResults(std::vector<const eval::Results*> results) {
    items_->clear();  // its rows point into the results
    results_ = std::move(results);
    shown_ = results_.empty() ? 0 : results_.size() - 1;
    column_.reset();
    fillCompare();
}

void ItemsPanel::showCell(std::size_t index, const eval::TableColumn& column) {
    column_ = column;
    if (shown_ != index) {
        shown_ = index;
        fillCompare();
    }
    showItems();
}

void ItemsPanel::showNothing(const QString& sentence) {
    items_->clear();
    title_->setText({});
    updateFilters();
    item_->showNothing(sentence);
}

void ItemsPanel::fillCompare() {
    const QSignalBlocker quiet(compare_);
    compare_->clear();
    compare_->addItem(tr("Compare with…"), -1);
    for (std::size_t i = 0; i < results_.size(); ++i)
        if (i != shown_)
            compare_->addItem(
                tr("%1, %2").arg(nameOf(int(i)),
                                 QString::fromStdString(results_[i]->provenance.date).left(10)),
                int(i));
    compare_->setVisible(compare_->count() > 1);
}

void ItemsPanel::compareWith(int choice) {
    compare_->setCurrentIndex(choice);
    showItems();
}

QString ItemsPanel::nameOf(int index) const {
    return index >= 0 && std::size_t(index) < results_.size()
               ? QString::fromStdString(results_[std::size_t(index)]->provenance.model)
               : QString();
}

int ItemsPanel::otherIndex() const {
    const QVariant chosen = compare_->currentData();
    const int index = chosen.isValid() ? chosen.toInt() : -1;
    return index >= 0 && std::size_t(index) < results_.size() ? index : -1;
}

void ItemsPanel::showItems() {
    if (!column_ || shown_ >= results_.size()) return;
    const QString name = nameOf(int(shown_));
    const eval::SetResult* set = setOf(*results_[shown_], *column_);
    if (!set) return showNothing(tr("%1 has no such questions.").arg(name));
    const int other = otherIndex();
    items_->setItems(set, eval::items_of(*set, *column_),
                     other < 0 ? nullptr : setOf(*results_[std::size_t(other)], *column_), name,
                     nameOf(other));
    const std::string& where = column_->group.empty() ? column_->header : column_->group;
    title_->setText(tr("%1, %2: %3 of %4 answered")
                        .arg(name, QString::fromStdString(where))
                        .arg(set->answered)
                        .arg(set->total));
    const bool two = items_->compares();
    const std::pair<int, int> widths[] = {{ItemsModel::Number, 52},
                                          {ItemsModel::Question, two ? 210 : 260},
                                          {ItemsModel::Expected, two ? 80 : 110},
                                          {ItemsModel::Given, two ? 100 : 170},
                                          {ItemsModel::Verdict, 80},
                                          {ItemsModel::OtherGiven, 100}};
    for (const auto& [section, width] : widths)
        if (section < items_->columnCount()) view_->setColumnWidth(section, width);
    updateFilters();
    if (items_->rowCount() > 0) view_->selectRow(0);
    showCurrentItem();
}

void ItemsPanel::updateFilters() {
    const QString names[] = {tr("All"), tr("Wrong"), tr("Open"), tr("Different")};
    for (std::size_t i = 0; i < std::size(kFilters); ++i)
        filters_->button(int(kFilters[i]))
            ->setText(tr("%1  %2").arg(names[i]).arg(items_->count(kFilters[i])));
    filters_->button(int(Filter::NotAnswered))
        ->setToolTip(tr("Without an answer or a readable verdict"));
    filters_->button(int(Filter::Different))->setVisible(items_->compares());
    filters_->button(int(items_->filter()))->setChecked(true);
}

void ItemsPanel::showCurrentItem() {
    if (items_->rowCount() == 0)
        return item_->showNothing(tr("No question is left by the filter."));
    const QModelIndex current = view_->currentIndex();
    if (!current.isValid() || current.row() >= items_->rowCount())
        return item_->showNothing(tr("Choose a question."));
    item_->showItem(items_->row(current.row()), nameOf(int(shown_)), nameOf(otherIndex()));
}

void ItemsPanel::startEngine() {
    engine_ = new EngineClient(engine_options_, this);
    connect(engine_, &EngineClient::groupsArrived, this,
            [this](qint64 id, const protocol::TokenGroups& groups) {
                if (id != groups_request_ || item_->medium() != groups_medium_) return;
                item_->showGroupsPanel();
                item_->groups()->setGroups(groups);
            });
    connect(engine_, &EngineClient::failed, this,
            [this](qint64 id, const QString&, const QString& message) {
                if (id == groups_request_) item_->setGroupsMessage(message);
            });
    connect(engine_, &EngineClient::stateChanged, this, [this] {
        if (!engine_->problem().isEmpty()) item_->setGroupsMessage(engine_->problem());
    });
}

void ItemsPanel::requestGroups(const QString& medium) {
    if (medium.isEmpty() || shown_ >= results_.size()) return;
    if (!engine_) startEngine();
    protocol::LoadRequest load;
    load.model = results_[shown_]->model_folder;
    const bool is_other =
        engine_->state() == EngineClient::State::Off || engine_->loadRequest().model != load.model;
    if (is_other) engine_->load(load);
    item_->setGroupsMessage(tr("Reading it with the evaluated model…"));
    groups_medium_ = medium;
    protocol::EncodeRequest encode;
    encode.conversation = "evaluation";
    encode.medium = medium.toStdString();
    groups_request_ = engine_->encode(encode);
}

}  // namespace univi::ui
