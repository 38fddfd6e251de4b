#pragma once

#include <QFont>
#include <QStyledItemDelegate>
#include <QTextLayout>

namespace univi::ui {

/// Paints an item of a list as a card: a soft ground when it is open, chosen or under the mouse, a
/// frame when it has the focus, and its name, bold when it is open, else with what is marked of it
/// bold. Each list paints what else
/// stands in its cards.
class CardDelegate : public QStyledItemDelegate {
  public:
    /// `open_role`: whether the item is the one that is shown. `lines`: the card's height in text.
    CardDelegate(int open_role, int lines, bool shows_chosen, QObject* parent);
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

  protected:
    /// Paints what is the list's own and returns the rectangle of the name.
    virtual QRect paintInside(QPainter& painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const = 0;
    /// The parts of the name that are bold, by their places in `name`, what is seen of it.
    virtual QList<QTextLayout::FormatRange> marksIn(const QString& name) const;
    /// The card's smaller font.
    static QFont smallFont(const QStyleOptionViewItem& option);
    /// Paints a word in the small font at the right of a line and returns what is left of the line.
    static QRect paintAtRight(QPainter& painter, const QRect& line, const QString& word,
                              const QColor& color, const QFont& font);

  private:
    void paintName(QPainter& painter, const QRect& room, const QString& name,
                   Qt::TextElideMode elided) const;
    int open_role_, lines_;
    bool shows_chosen_;
};

}  // namespace univi::ui
