#include "ui/widgets/build.h"

#include <QBoxLayout>
#include <QDialog>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStyle>
#include <QTableView>
#include <QToolButton>
#include <algorithm>

#include "ui/widgets/accessible_choice.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/reading_order.h"

namespace univi::ui {
namespace {

constexpr int kRowHeight = 36;  ///< of a line of fields; the label of a taller one stays at its top

template <typename Box>
Box* filled(Box* box, const Room& room, Parts parts) {
    box->setContentsMargins(room.margins);
    box->setSpacing(room.spacing);
    for (const Part& part : parts) part.addTo(box);
    return box;
}

}  // namespace

void Part::addTo(QBoxLayout* box) const {
    if (widget_)
        box->addWidget(widget_, amount_, alignment_);
    else if (layout_)
        box->addLayout(layout_, amount_);
    else if (kind_ == Kind::Stretch)
        box->addStretch(amount_);
    else if (kind_ == Kind::Space)
        box->addSpacing(amount_);
}

QVBoxLayout* column(QWidget* owner, const Room& room, Parts parts) {
    return filled(new QVBoxLayout(owner), room, parts);
}

QHBoxLayout* row(QWidget* owner, const Room& room, Parts parts) {
    return filled(new QHBoxLayout(owner), room, parts);
}

QVBoxLayout* column(const Room& room, Parts parts) {
    return filled(new QVBoxLayout, room, parts);
}

QHBoxLayout* row(const Room& room, Parts parts) {
    return filled(new QHBoxLayout, room, parts);
}

QWidget* columnWidget(const Room& room, Parts parts) {
    auto* widget = new QWidget;
    column(widget, room, parts);
    return widget;
}

QWidget* rowWidget(const Room& room, Parts parts) {
    auto* widget = new QWidget;
    row(widget, room, parts);
    return widget;
}

void fillWith(QWidget* owner, QWidget* inside, const QMargins& margins) {
    column(owner, {.margins = margins}, {inside});
}

QScrollArea* scrollArea(QWidget* body, Scrolls scrolls) {
    body->setObjectName(QStringLiteral("scrollBody"));
    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    if (scrolls == Scrolls::Upright) scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return scroll;
}

QPushButton* button(const QString& text, ButtonRole role, const char* icon_name,
                    const QString& tip) {
    auto* made = new QPushButton(text);
    const IconTone tone = role == ButtonRole::Primary ? IconTone::OnAccent
                          : role == ButtonRole::Quiet ? IconTone::Muted
                                                      : IconTone::Text;
    if (*icon_name) made->setIcon(icon(QString::fromLatin1(icon_name), tone));
    made->setToolTip(tip);
    setRole(made, role);
    return made;
}

void setRole(QPushButton* button, ButtonRole role) {
    constexpr const char* kNames[] = {"", "primary", "quiet", "link"};
    if (role != ButtonRole::Plain)
        button->setProperty("role", QString::fromLatin1(kNames[int(role)]));
}

QToolButton* iconButton(const char* icon_name, const QString& what, int side) {
    auto* made = new QToolButton;
    made->setIcon(icon(QString::fromLatin1(icon_name)));
    if (side > 0) made->setIconSize({side, side});
    made->setToolTip(what);
    made->setAccessibleName(what);
    return made;
}

QToolButton* segment(const QString& text, const QString& tip) {
    auto* made = new QToolButton;
    makeAccessibleChoice(made);
    made->setText(text);
    made->setToolTip(tip);
    made->setCheckable(true);
    made->setProperty("segment", true);
    return made;
}

void setLook(QWidget* widget, const char* name) {
    widget->setObjectName(QString::fromLatin1(name));
    widget->setAttribute(Qt::WA_StyledBackground);
}

void setType(QWidget* label, const char* type) {
    label->setProperty("type", QString::fromLatin1(type));
    restyle(label);
}

void restyle(QWidget* widget) {
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

QLabel* wrapped(const QString& text, const char* type) {
    QLabel* label = makeLabel(text, type);
    label->setWordWrap(true);
    return label;
}

QLabel* plain(const QString& text, const char* type) {
    QLabel* label = wrapped(text, type);
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

void dressSearch(QLineEdit* search, const QString& placeholder, const QString& name) {
    search->setObjectName(QStringLiteral("search"));
    search->setPlaceholderText(placeholder);
    search->setAccessibleName(name);
    search->setClearButtonEnabled(true);
    search->addAction(icon(QStringLiteral("search")), QLineEdit::LeadingPosition);
}

void dressTable(QTableView* table, const QString& name) {
    table->verticalHeader()->hide();
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setAccessibleName(name);
}

QSplitter* splitter(Qt::Orientation direction, QWidget* first, int first_share, QWidget* second,
                    int second_share) {
    auto* made = new QSplitter(direction);
    made->addWidget(first);
    made->addWidget(second);
    putInReadingOrder(made);
    made->setStretchFactor(0, first_share);
    made->setStretchFactor(1, second_share);
    made->setChildrenCollapsible(false);
    return made;
}

QLabel* addField(QFormLayout* form, const QString& label, QWidget* field) {
    auto* name = new QLabel(label);
    name->setBuddy(field);
    name->setMinimumHeight(field->sizeHint().height());
    form->addRow(name, field);
    return name;
}

QLabel* addField(QFormLayout* form, const QString& label, QWidget* field, QLayout* line) {
    auto* name = new QLabel(label);
    name->setBuddy(field);
    name->setMinimumHeight(std::min(field->sizeHint().height(), kRowHeight));
    form->addRow(name, line);
    return name;
}

void clearLayout(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

void openOnce(QDialog* dialog) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

}  // namespace univi::ui
