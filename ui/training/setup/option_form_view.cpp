#include "ui/training/setup/option_form_view.h"

#include <QAction>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "training/options/option_form.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/setup/run_form.h"
#include "ui/training/setup/value_editor.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/page_column.h"

namespace univi::ui {
namespace {

constexpr int kListWidth = 210, kMostWidth = 900;

}  // namespace

OptionFormView::OptionFormView(RunForm* form, QWidget* parent)
    : QWidget(parent),
      form_(form),
      search_(new QLineEdit),
      groups_(new QListWidget),
      scroll_(new QScrollArea),
      nothing_(makeLabel(tr("No setting has these words."), "muted")) {
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(16);
    auto* left = new QVBoxLayout;
    buildSearch(left);
    line->addLayout(left);
    line->addWidget(scroll_, 1);
    buildCards();
    connect(form, &RunForm::changed, this, &OptionFormView::refresh);
    refresh();
}

void OptionFormView::buildSearch(QVBoxLayout* layout) {
    search_->setObjectName(QStringLiteral("search"));
    search_->setPlaceholderText(tr("Search the settings"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    search_->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    search_->setFixedWidth(kListWidth);
    groups_->setObjectName(QStringLiteral("sideList"));
    groups_->setFixedWidth(kListWidth);
    groups_->setFrameShape(QFrame::NoFrame);
    groups_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    groups_->setAccessibleName(tr("Groups of settings"));
    layout->addWidget(search_);
    layout->addWidget(groups_, 1);
    connect(search_, &QLineEdit::textChanged, this, &OptionFormView::arrange);
    connect(groups_, &QListWidget::currentRowChanged, this, &OptionFormView::scrollToGroup);
    connect(groups_, &QListWidget::itemClicked, this, [this] { scrollToGroup(groups_->currentRow()); });
}

void OptionFormView::buildCards() {
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    body->setMaximumWidth(kMostWidth);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 12, 16);
    column->setSpacing(8);
    column->addWidget(nothing_);
    for (const training::OptionGroup& group : training::option_form()) {
        addCard(tr(group.title), column);
        for (const training::OptionFace& face : group.faces) {
            auto* field = new OptionField(form_, face);
            cards_.last().fields.append(field);
            cards_.last().frame->layout()->addWidget(field);
            fields_.insert(field->name(), field);
        }
        cards_.last().frame->layout()->addWidget(cards_.last().more);
    }
    column->addStretch(1);
    scroll_->setWidget(body);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setFocusPolicy(Qt::NoFocus);
}

void OptionFormView::addCard(const QString& title, QVBoxLayout* column) {
    Card card{makeLabel(title, "heading"), new QFrame, new QPushButton, {}, false};
    card.frame->setObjectName(QStringLiteral("card"));
    auto* inside = new QVBoxLayout(card.frame);
    inside->setContentsMargins(8, 12, 12, 12);
    inside->setSpacing(4);
    card.more->setProperty("role", QStringLiteral("quiet"));
    column->addWidget(card.heading);
    column->addWidget(card.frame);
    column->addSpacing(8);
    groups_->addItem(title);
    const int index = int(cards_.size());
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

/// What shows: while searching every option with the words, else the everyday and changed ones and those of opened groups.
void OptionFormView::arrange() {
    const QString search = search_->text().trimmed();
    bool any = false;
    for (int i = 0; i < cards_.size(); ++i) {
        Card& card = cards_[i];
        int hidden = 0, shown = 0, changed = 0;
        for (OptionField* field : std::as_const(card.fields)) {
            const bool is_normal = field->isEveryday() || field->isChanged();
            const bool shows = search.isEmpty() ? card.open || is_normal || field->isAncestorOf(focusWidget()) : field->matches(search);
            field->setVisible(shows);
            shown += shows;
            hidden += !shows;
            changed += field->isChanged();
        }
        const int folded = int(std::count_if(card.fields.begin(), card.fields.end(), [](OptionField* field) { return !field->isEveryday() && !field->isChanged(); }));
        card.more->setVisible(search.isEmpty() && folded > 0);
        card.more->setText(card.open ? tr("Show less") : tr("Show %1 more").arg(hidden));
        card.heading->setVisible(shown > 0 || search.isEmpty());
        card.frame->setVisible(shown > 0 || search.isEmpty());
        groups_->item(i)->setHidden(shown == 0 && !search.isEmpty());
        groups_->item(i)->setText(tr(training::option_form()[std::size_t(i)].title) + (changed > 0 ? QStringLiteral("   %1").arg(changed) : QString()));
        groups_->item(i)->setToolTip(changed > 0 ? tr("%1 differ from the default").arg(changed) : QString());
        any = any || shown > 0;
    }
    nothing_->setVisible(!any);
}

void OptionFormView::scrollToGroup(int group) {
    if (group < 0 || group >= cards_.size()) return;
    scroll_->verticalScrollBar()->setValue(cards_[group].heading->y());
}

void OptionFormView::goTo(const QString& name) {
    OptionField* field = fields_.value(name);
    if (!field) return;
    search_->clear();
    for (Card& card : cards_)
        if (card.fields.contains(field) && !field->isVisibleTo(this)) card.open = true;
    arrange();
    field->editor()->setFocus(Qt::OtherFocusReason);
    // The layout places a field that was folded away first.
    QTimer::singleShot(0, field, [this, field] { scroll_->ensureWidgetVisible(field, 0, 80); });
}

void OptionFormView::setDatasetNames(const QStringList& names) {
    for (const char* name : {"dataset_use", "eval_dataset_use"})
        if (OptionField* field = fields_.value(QString::fromLatin1(name))) field->editor()->setNames(names);
}

void OptionFormView::setSearch(const QString& text) {
    search_->setText(text);
}

void OptionFormView::focusSearch() {
    search_->setFocus(Qt::ShortcutFocusReason);
    search_->selectAll();
}

}  // namespace univi::ui
