#include "ui/widgets/combo_elider.h"

#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QStyleOptionComboBox>
#include <QStylePainter>

namespace univi::ui {
namespace {

constexpr int kRoomAtEnds = 2;  ///< that the style leaves beside the text

/// What a combo box is painted from, which only those derived from it may ask.
class ReadableCombo : public QComboBox {
  public:
    static QStyleOptionComboBox optionOf(const QComboBox& combo) {
        QStyleOptionComboBox option;
        (combo.*(&ReadableCombo::initStyleOption))(&option);
        return option;
    }
};

int roomForText(const QComboBox& combo, const QStyleOptionComboBox& option) {
    const QRect field = combo.style()->subControlRect(QStyle::CC_ComboBox, &option,
                                                      QStyle::SC_ComboBoxEditField, &combo);
    const int icon = option.currentIcon.isNull() ? 0 : option.iconSize.width() + 4;
    return field.width() - kRoomAtEnds - icon;
}

}  // namespace

bool ComboElider::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::Paint) return false;
    auto* combo = qobject_cast<QComboBox*>(watched);
    if (!combo || combo->isEditable() || combo->currentIndex() < 0) return false;
    QStyleOptionComboBox option = ReadableCombo::optionOf(*combo);
    const int room = roomForText(*combo, option);
    if (combo->fontMetrics().horizontalAdvance(option.currentText) <= room) return false;
    option.currentText = combo->fontMetrics().elidedText(option.currentText, Qt::ElideMiddle, room);
    QStylePainter painter(combo);
    painter.setPen(combo->palette().color(QPalette::Text));
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    return true;
}

}  // namespace univi::ui
