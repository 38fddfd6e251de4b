#include "ui/groups/attention_choice_button.h"

#include <QFormLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QWidgetAction>

#include "ui/widgets/build.h"
#include "ui/widgets/word_number.h"

namespace univi::ui {
namespace {

/// 0 stands for all of them.
QSpinBox* makeNumber(const QString& name) {
    auto* number = new QSpinBox;
    offerWord(number, AttentionChoiceButton::tr("Mean of all"));
    number->setAccessibleName(name);
    number->setKeyboardTracking(false);
    number->setMinimumWidth(128);
    return number;
}

std::optional<int> numberOf(const QSpinBox* box) {
    return box->value() == 0 ? std::nullopt : std::optional(box->value() - 1);
}

}  // namespace

QString attentionName(const protocol::AttentionChoice& choice) {
    if (choice.layer && choice.head)
        return AttentionChoiceButton::tr("Layer %1, head %2")
            .arg(*choice.layer + 1)
            .arg(*choice.head + 1);
    if (choice.layer) return AttentionChoiceButton::tr("Layer %1").arg(*choice.layer + 1);
    if (choice.head) return AttentionChoiceButton::tr("Head %1").arg(*choice.head + 1);
    return AttentionChoiceButton::tr("Mean");
}

AttentionChoiceButton::AttentionChoiceButton(QWidget* parent)
    : QToolButton(parent), layer_(makeNumber(tr("Layer"))), head_(makeNumber(tr("Head"))) {
    setObjectName(QStringLiteral("attentionChoice"));
    setPopupMode(QToolButton::InstantPopup);
    setFocusPolicy(Qt::StrongFocus);
    auto* menu = new QMenu(this);
    auto* sheet = new QWidget;
    auto* form = new QFormLayout(sheet);
    form->setContentsMargins(14, 12, 14, 12);
    QLabel* what =
        wrapped(tr("Attention of one layer or head. The reply is read once more for it."), "small");
    what->setMinimumWidth(220);
    form->addRow(what);
    addField(form, tr("Layer"), layer_);
    addField(form, tr("Head"), head_);
    auto* action = new QWidgetAction(menu);
    action->setDefaultWidget(sheet);
    menu->addAction(action);
    setMenu(menu);
    connect(menu, &QMenu::aboutToShow, layer_, [this] { layer_->setFocus(); });
    for (QSpinBox* box : {layer_, head_})
        connect(box, &QSpinBox::valueChanged, this, &AttentionChoiceButton::onChanged);
    setShape(0, 0);
}

void AttentionChoiceButton::setShape(int layers, int heads) {
    {
        const QSignalBlocker no_layer(layer_), no_head(head_);
        layer_->setMaximum(layers);
        head_->setMaximum(heads);
    }
    onChanged();
}

bool AttentionChoiceButton::hasShape() const {
    return layer_->maximum() > 0 && head_->maximum() > 0;
}

protocol::AttentionChoice AttentionChoiceButton::choice() const {
    return {numberOf(layer_), numberOf(head_)};
}

void AttentionChoiceButton::onChanged() {
    refresh();
    if (choice() == told_) return;
    told_ = choice();
    Q_EMIT chosen(told_);
}

void AttentionChoiceButton::refresh() {
    setText(attentionName(choice()) + QStringLiteral(" ▾"));
    setAccessibleName(tr("Attention shown: %1").arg(attentionName(choice())));
    setToolTip(tr("Which attention of a word glows: the mean over the decoder's %1 layers and %2 "
                  "heads, or one of them")
                   .arg(layer_->maximum())
                   .arg(head_->maximum()));
}

}  // namespace univi::ui
