#include "ui/training/setup/option_form_view.h"

#include <QAction>
#include <QButtonGroup>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "training/options/option_form.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/setup/run_form.h"
#include "ui/training/setup/value_editor.h"
#include "ui/training/tool/labels.h"
#include "ui/widgets/build.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kSearchWidth = 180, kMostWidth = 900;
constexpr int kFocusMargin = 90;   ///< a field's label and its note stay in sight with it
constexpr int kHeadingReach = 40;  ///< a group counts as reached this far before its heading

}  // namespace

OptionFormView::OptionFormView(RunForm* form, QWidget* parent)
    : QWidget(parent),
      form_(form),
      search_(new QLineEdit),
      tab_row_(new QWidget),
      tabs_(new QButtonGroup(this)),
      nothing_(makeLabel(tr("No setting has these words."), "muted")) {
    buildTop();
    buildCards();
    column(this, {.margins = {}, .spacing = 8}, {tab_row_, {scroll_, 1}});
    connect(form, &RunForm::changed, this, &OptionFormView::refresh);
    connect(tabs_, &QButtonGroup::idClicked, this, &OptionFormView::scrollToGroup);
    connect(scroll_->verticalScrollBar(), &QScrollBar::valueChanged, this,
            &OptionFormView::followScroll);
    refresh();
    tabs_->button(0)->setChecked(true);
}

void OptionFormView::buildTop() {
    dressSearch(search_, tr("Search settings"), tr("Search settings"));
    search_->setMaximumWidth(kSearchWidth);
    search_->setMinimumWidth(kSearchWidth / 2);
    connect(search_, &QLineEdit::textChanged, this, &OptionFormView::arrange);
    tab_row_->setLayout(new FlowLayout(2, Qt::AlignLeft));
    tab_row_->setAccessibleName(tr("Groups of settings"));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    tab_row_->setSizePolicy(policy);
}

void OptionFormView::buildCards() {
    auto* body = new QWidget;
    body->setMaximumWidth(kMostWidth);
    auto* cards = column(body, {.margins = {0, 0, 12, 16}, .spacing = 8}, {nothing_});
    for (const training::OptionGroup& group : training::option_form()) {
        addCard(optionText(group.title), cards);
        for (const training::OptionFace& face : group.faces) {
            auto* field = new OptionField(form_, face);
            cards_.last().fields.append(field);
            cards_.last().frame->layout()->addWidget(field);
            fields_.insert(field->name(), field);
            connect(field, &OptionField::fixWanted, this, &OptionFormView::fixWanted);
        }
        cards_.last().frame->layout()->addWidget(cards_.last().more);
    }
    cards->addStretch(1);
    scroll_ = scrollArea(body, Scrolls::Upright);
    scroll_->setFocusPolicy(Qt::NoFocus);
}

void OptionFormView::addCard(const QString& title, QVBoxLayout* column) {
    Card card{makeLabel(title, "heading"), new QFrame, new QPushButton, new QToolButton, {}, false};
    card.frame->setObjectName(QStringLiteral("card"));
    auto* inside = new QVBoxLayout(card.frame);
    inside->setContentsMargins(8, 12, 8, 12);
    inside->setSpacing(4);
    card.more->setProperty("role", QStringLiteral("quiet"));
    column->addWidget(card.heading);
    column->addWidget(card.frame);
    column->addSpacing(8);
    card.tab->setText(title);
    card.tab->setCheckable(true);
    card.tab->setProperty("tab", true);
    card.tab->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    tab_row_->layout()->addWidget(card.tab);
    const int index = int(cards_.size());
    tabs_->addButton(card.tab, index);
    connect(card.more, &QPushButton::clicked, this, [this, index] {
        cards_[index].open = !cards_[index].open;
        arrange();
    });
    cards_.append(card);
}

void OptionFormView::refresh() {
    for (OptionField* field : std::as_const(fields_)) field->refresh();
    arrange();
}

void OptionFormView::setChecks(const QList<RunCheck>& checks) {
    for (OptionField* field : std::as_const(fields_)) {
        const auto worst =
            std::find_if(checks.begin(), checks.end(),
                         [field](const RunCheck& check) { return check.field == field->name(); });
        field->setCheck(worst == checks.end() ? std::nullopt : std::optional(*worst));
    }
    arrange();
}

/// Shows every option with the words while a person searches, else the everyday, changed and wrong
/// ones and those of opened groups.
void OptionFormView::arrange() {
    const QString search = search_->text().trimmed();
    for (Card& card : cards_) arrangeCard(card, search);
    nothing_->setVisible(std::none_of(cards_.begin(), cards_.end(),
                                      [](const Card& card) { return !card.frame->isHidden(); }));
}

void OptionFormView::arrangeCard(Card& card, const QString& search) {
    const auto is_normal = [](const OptionField* field) {
        return field->isEveryday() || field->isChanged() || field->isWrong();
    };
    int hidden = 0, shown = 0, changed = 0, wrong = 0;
    for (OptionField* field : std::as_const(card.fields)) {
        const bool shows = search.isEmpty()
                               ? card.open || is_normal(field) || field->isAncestorOf(focusWidget())
                               : field->matches(search);
        field->setVisible(shows);
        shown += shows;
        hidden += !shows;
        changed += field->isChanged();
        wrong += field->isWrong();
    }
    const bool folds = !std::all_of(card.fields.begin(), card.fields.end(), is_normal);
    card.more->setVisible(search.isEmpty() && folds);
    card.more->setText(card.open ? tr("Show less") : tr("Show %1 more").arg(hidden));
    for (QWidget* each : {static_cast<QWidget*>(card.heading), static_cast<QWidget*>(card.frame),
                          static_cast<QWidget*>(card.tab)})
        each->setVisible(shown > 0 || search.isEmpty());
    card.tab->setIcon(wrong > 0 ? icon(QStringLiteral("alert"), IconTone::Danger) : QIcon());
    QStringList tips;
    if (wrong > 0) tips << tr("%Ln setting(s) are wrong", nullptr, wrong);
    if (changed > 0) tips << tr("%Ln setting(s) differ from the default", nullptr, changed);
    card.tab->setToolTip(tips.join(tr("; ")));
    card.tab->setAccessibleDescription(card.tab->toolTip());
}

void OptionFormView::scrollToGroup(int group) {
    if (group < 0 || group >= cards_.size()) return;
    jumping_ = true;
    scroll_->verticalScrollBar()->setValue(cards_[group].heading->y());
    jumping_ = false;
}

/// Checks the tab of the group that is being read.
void OptionFormView::followScroll() {
    if (jumping_) return;
    const QScrollBar* bar = scroll_->verticalScrollBar();
    int reading = 0;
    for (int i = 0; i < cards_.size(); ++i)
        if (!cards_[i].heading->isHidden() &&
            cards_[i].heading->y() <= bar->value() + kHeadingReach)
            reading = i;
    tabs_->button(reading)->setChecked(true);
}

void OptionFormView::goTo(const QString& name) {
    OptionField* field = fields_.value(name);
    if (!field) return;
    search_->clear();
    for (Card& card : cards_)
        if (card.fields.contains(field) && !field->isVisibleTo(this)) card.open = true;
    arrange();
    field->editor()->setFocus(Qt::OtherFocusReason);
    // The layout has to place a field that was folded away.
    QTimer::singleShot(0, field,
                       [this, field] { scroll_->ensureWidgetVisible(field, 0, kFocusMargin); });
}

void OptionFormView::goToTop() {
    search_->clear();
    scroll_->verticalScrollBar()->setValue(0);
    tabs_->button(0)->setChecked(true);
}

void OptionFormView::setDatasetNames(const QStringList& names) {
    for (const char* name : {"dataset_use", "eval_dataset_use"})
        if (OptionField* field = fields_.value(QString::fromLatin1(name)))
            field->editor()->setNames(names);
}

void OptionFormView::setSearch(const QString& text) {
    search_->setText(text);
}

void OptionFormView::focusSearch() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

}  // namespace univi::ui
