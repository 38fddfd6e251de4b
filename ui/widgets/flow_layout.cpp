#include "ui/widgets/flow_layout.h"

#include <QWidget>

namespace univi::ui {

FlowLayout::FlowLayout(int spacing, Qt::Alignment alignment, QWidget* parent)
    : QLayout(parent), alignment_(alignment) {
    setSpacing(spacing);
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() {
    qDeleteAll(items_);
}

void FlowLayout::addItem(QLayoutItem* item) {
    items_.append(item);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < items_.size() ? items_.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const {
    return arrange({0, 0, width, 0}, false);
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

QSize FlowLayout::sizeHint() const {
    int width = 0, height = 0;
    for (QLayoutItem* item : items_) {
        width += item->sizeHint().width() + (width ? spacing() : 0);
        height = std::max(height, item->sizeHint().height());
    }
    return {width, height};
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (QLayoutItem* item : items_) size = size.expandedTo(item->minimumSize());
    return size;
}

int FlowLayout::arrange(const QRect& rect, bool apply) const {
    int y = rect.y();
    for (qsizetype begin = 0; begin < items_.size();) {
        int width = 0, height = 0;
        qsizetype end = begin;
        for (; end < items_.size(); ++end) {
            const QSize hint = items_[end]->sizeHint();
            const int grown = width + hint.width() + (end > begin ? spacing() : 0);
            if (end > begin && grown > rect.width()) break;
            width = grown;
            height = std::max(height, hint.height());
        }
        int x = alignment_ & Qt::AlignRight ? rect.right() + 1 - width : rect.x();
        for (qsizetype i = begin; i < end && apply; ++i) {
            const QSize hint = items_[i]->sizeHint();
            items_[i]->setGeometry({QPoint(x, y), hint});
            x += hint.width() + spacing();
        }
        begin = end;
        y += height + (begin < items_.size() ? spacing() : 0);
    }
    return y - rect.y();
}

}  // namespace univi::ui
