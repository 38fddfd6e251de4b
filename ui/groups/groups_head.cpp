#include "ui/groups/groups_head.h"

#include <QComboBox>
#include <QLineEdit>
#include <QToolButton>
#include <QVBoxLayout>
#include <utility>

#include "ui/groups/attention_choice_button.h"
#include "ui/groups/groups_toolbar.h"
#include "ui/groups/view_button.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kRoomy = 330;  ///< pixels from which every button of the first line has room

}  // namespace

GroupsHead::GroupsHead(GroupSelection* selection, QWidget* parent)
    : QWidget(parent),
      selection_(selection),
      medium_(new QComboBox),
      choice_(new AttentionChoiceButton),
      view_(new ViewButton(selection)),
      find_(iconButton("search", tr("Find in the picture"))),
      save_(iconButton("export", tr("Export the groups as a picture, a page or numbers"))),
      toolbar_(new GroupsToolbar(selection)),
      search_(new QLineEdit) {
    medium_->setAccessibleName(tr("Picture or video shown"));
    medium_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    medium_->setMinimumWidth(80);
    find_->setObjectName(QStringLiteral("findInPicture"));
    find_->setCheckable(true);
    for (QToolButton* each : {find_, save_}) each->setAutoRaise(true);
    dressSearch(search_, tr("Where is…? A word or two"), tr("Find in the picture"));
    column(this, {.margins = {}, .spacing = 8},
           {row({.spacing = 4}, {{medium_, 1}, choice_, find_, view_, save_}), toolbar_, search_});
    wire();
    refresh();
}

void GroupsHead::wire() {
    connect(selection_, &GroupSelection::groupsChanged, this, &GroupsHead::refresh);
    connect(medium_, &QComboBox::activated, this,
            [this](int index) { Q_EMIT mediumChosen(medium_->itemData(index).toInt()); });
    connect(choice_, &AttentionChoiceButton::chosen, this, &GroupsHead::attentionChosen);
    connect(view_, &ViewButton::exportRequested, this, &GroupsHead::exportRequested);
    connect(save_, &QToolButton::clicked, this, &GroupsHead::exportRequested);
    connect(view_, &ViewButton::compareToggled, this, &GroupsHead::compareToggled);
    connect(search_, &QLineEdit::returnPressed, this, &GroupsHead::searched);
    connect(search_, &QLineEdit::textChanged, this, [this] {
        if (phrase().isEmpty()) Q_EMIT searched();
    });
    connect(find_, &QToolButton::toggled, this, [this](bool on) {
        refresh();
        if (on)
            search_->setFocus();
        else
            search_->clear();
    });
}

void GroupsHead::addMedium(const QString& name, int medium) {
    medium_->addItem(name, medium);
    refresh();
}

void GroupsHead::showMedium(int medium) {
    medium_->setCurrentIndex(medium_->findData(medium));
}

void GroupsHead::clearMedia() {
    medium_->clear();
    refresh();
}

void GroupsHead::clearSearch() {
    if (!search_->hasFocus()) search_->clear();
}

void GroupsHead::setModelShape(int layers, int heads) {
    choice_->setShape(layers, heads);
    refresh();
}

void GroupsHead::setSearchable() {
    is_searchable_ = true;
    refresh();
}

void GroupsHead::setLow(bool low) {
    if (std::exchange(is_low_, low) == low) return;
    // What is looked for stays in sight.
    if (low) find_->setChecked(!phrase().isEmpty());
    refresh();
}

QString GroupsHead::phrase() const {
    return search_->text().simplified();
}

void GroupsHead::setCompares(bool wanted) {
    view_->setCompares(wanted);
}

void GroupsHead::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    const bool narrow = width() < kRoomy;
    if (std::exchange(is_narrow_, narrow) != narrow) refresh();
}

void GroupsHead::refresh() {
    const bool any = !selection_->isEmpty();
    medium_->setVisible(medium_->count() > 0);
    choice_->setVisible(any && choice_->hasShape());
    view_->setVisible(any);
    view_->setNarrow(is_narrow_);
    save_->setVisible(any && !is_narrow_);  // the menu has it too
    toolbar_->setVisible(any);
    find_->setVisible(any && is_searchable_ && is_low_);
    search_->setVisible(any && is_searchable_ && (!is_low_ || find_->isChecked()));
}

}  // namespace univi::ui
