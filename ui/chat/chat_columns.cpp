#include "ui/chat/chat_columns.h"

#include "ui/widgets/reading_order.h"

namespace univi::ui {
namespace {

constexpr int kListWidth = 248, kSideWidth = 400;
constexpr int kSmallestList = 180, kSmallestMiddle = 360, kSmallestSide = 280;

}  // namespace

ChatColumns::ChatColumns(QWidget* list, QWidget* middle, QWidget* side, QWidget* parent)
    : QSplitter(Qt::Horizontal, parent), list_(list), side_(side) {
    addWidget(list);
    addWidget(middle);
    if (side) addWidget(side);
    putInReadingOrder(this);
    setHandleWidth(1);
    setStretchFactor(1, 1);
    setCollapsible(1, false);
    setSizes({kListWidth, 1000, kSideWidth});
    list->setMinimumWidth(kSmallestList);
    middle->setMinimumWidth(kSmallestMiddle);
    if (side) side->setMinimumWidth(kSmallestSide);
}

void ChatColumns::showSide(bool wanted) {
    if (!side_) return;
    side_->setVisible(wanted);
    makeRoom();
}

void ChatColumns::makeRoom() {
    const bool side = side_ && !side_->isHidden();
    const int needed =
        kSmallestList + kSmallestMiddle + (side ? kSmallestSide : 0) + 2 * handleWidth();
    list_->setVisible(width() >= needed);
}

void ChatColumns::resizeEvent(QResizeEvent* event) {
    QSplitter::resizeEvent(event);
    makeRoom();
}

}  // namespace univi::ui
