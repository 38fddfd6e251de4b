#include "ui/widgets/card_delegate.h"

#include <QFontInfo>
#include <QPainter>

#include "ui/widgets/style_sheet.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

void paintGround(QPainter& painter, const QRect& rect, bool is_soft, bool is_hovered,
                 bool has_focus) {
    const Palette& palette = Theme::instance().palette();
    const QRectF card = QRectF(rect).adjusted(1, 1, -1, -1);
    QColor hover = palette.text;
    hover.setAlphaF(0.06f);
    painter.setPen(Qt::NoPen);
    if (is_soft || is_hovered) {
        painter.setBrush(is_soft ? palette.accentSoft : hover);
        painter.drawRoundedRect(card, 8, 8);
    }
    if (!has_focus) return;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(palette.accent, 2));
    painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), 7, 7);
}

}  // namespace

CardDelegate::CardDelegate(int open_role, int lines, bool shows_chosen, QObject* parent)
    : QStyledItemDelegate(parent),
      open_role_(open_role),
      lines_(lines),
      shows_chosen_(shows_chosen) {}

QSize CardDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    return {100, option.fontMetrics.height() * lines_ + 22};
}

void CardDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
    const bool is_open = index.data(open_role_).toBool(),
               is_chosen = option.state & QStyle::State_Selected;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintGround(*painter, option.rect, is_open || (shows_chosen_ && is_chosen),
                option.state & QStyle::State_MouseOver,
                is_chosen && option.state & QStyle::State_HasFocus);
    const QRect room = paintInside(*painter, option, index);
    QFont font = option.font;
    if (is_open) font.setWeight(strongWeight(index.data().toString()));
    painter->setFont(font);
    painter->setPen(Theme::instance().palette().text);
    paintName(*painter, room, index.data().toString().simplified(), option.textElideMode);
    painter->restore();
}

QList<QTextLayout::FormatRange> CardDelegate::marksIn(const QString&) const {
    return {};
}

void CardDelegate::paintName(QPainter& painter, const QRect& room, const QString& name,
                             Qt::TextElideMode elided) const {
    const auto seen = [&](const QFont& font) {
        return QFontMetrics(font).elidedText(name, elided, room.width());
    };
    if (marksIn(name).isEmpty()) {
        painter.drawText(room, Qt::AlignVCenter, seen(painter.font()));
        return;
    }
    QFont bold = painter.font();
    bold.setWeight(strongWeight(name));
    const QString text = seen(bold);  // a little less than fits, whatever of it is bold
    QList<QTextLayout::FormatRange> marks = marksIn(text);
    for (QTextLayout::FormatRange& mark : marks) mark.format.setFont(bold);
    QTextLayout layout(text, painter.font());
    layout.setFormats(marks);
    layout.beginLayout();
    QTextLine line = layout.createLine();
    line.setLineWidth(room.width());
    layout.endLayout();
    layout.draw(&painter, QPointF(room.left(), room.center().y() - line.height() / 2));
}

QFont CardDelegate::smallFont(const QStyleOptionViewItem& option) {
    QFont small = option.font;
    small.setPixelSize(std::max(11, QFontInfo(option.font).pixelSize() - 2));
    return small;
}

QRect CardDelegate::paintAtRight(QPainter& painter, const QRect& line, const QString& word,
                                 const QColor& color, const QFont& font) {
    painter.setFont(font);
    painter.setPen(color);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, word);
    return line.adjusted(0, 0, -QFontMetrics(font).horizontalAdvance(word) - 10, 0);
}

}  // namespace univi::ui
