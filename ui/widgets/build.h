#pragma once

#include <QMargins>
#include <QString>
#include <initializer_list>

#include "ui/widgets/page_column.h"

class QBoxLayout;
class QDialog;
class QFormLayout;
class QFrame;
class QHBoxLayout;
class QLayout;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QSplitter;
class QTableView;
class QToolButton;

namespace univi::ui {

// Pages as lists: rows and columns say what stands in them, buttons what they are.

/// Space around and between the parts of a row or a column. What is not given is the style's.
struct Room {
    QMargins margins{-1, -1, -1, -1};
    int spacing = -1;
};

/// A part of a row or a column: a widget, a layout or space. A null widget is left out.
class Part {
  public:
    Part(QWidget* widget, int stretch = 0, Qt::Alignment alignment = {})
        : widget_(widget), amount_(stretch), alignment_(alignment) {}
    Part(QLayout* layout, int stretch = 0) : layout_(layout), amount_(stretch) {}
    /// Space that grows.
    static Part stretch(int factor = 1) { return {Kind::Stretch, factor}; }
    /// Space of a fixed size in pixels, beside the spacing.
    static Part space(int pixels) { return {Kind::Space, pixels}; }
    void addTo(QBoxLayout* box) const;

  private:
    enum class Kind { Item, Stretch, Space };
    Part(Kind kind, int amount) : kind_(kind), amount_(amount) {}
    Kind kind_ = Kind::Item;
    QWidget* widget_ = nullptr;
    QLayout* layout_ = nullptr;
    int amount_ = 0;
    Qt::Alignment alignment_;
};
using Parts = std::initializer_list<Part>;

/// Lays out `owner`, or makes a layout for another one when `owner` is null.
QVBoxLayout* column(QWidget* owner, const Room& room, Parts parts);
QHBoxLayout* row(QWidget* owner, const Room& room, Parts parts);
QVBoxLayout* column(const Room& room, Parts parts);
QHBoxLayout* row(const Room& room, Parts parts);

/// A widget without a look of its own, laid out as a column or a row.
QWidget* columnWidget(const Room& room, Parts parts);
QWidget* rowWidget(const Room& room, Parts parts);

/// Widget `inside` fills `owner`, with these margins around.
void fillWith(QWidget* owner, QWidget* inside, const QMargins& margins = {});

/// Space of a page that scrolls; it takes `body`. Upright: it never scrolls sideways.
enum class Scrolls { Both, Upright };
QScrollArea* scrollArea(QWidget* body, Scrolls scrolls = Scrolls::Both);

enum class ButtonRole { Plain, Primary, Quiet, Link };
/// A push button. The icon is drawn as text is on that role; empty: none.
QPushButton* button(const QString& text, ButtonRole role = ButtonRole::Plain, const char* icon = "",
                    const QString& tip = {});
void setRole(QPushButton* button, ButtonRole role);
/// A button that is an icon alone; `what` is its tool tip and its accessible name.
QToolButton* iconButton(const char* icon, const QString& what, int side = 0);
/// One of several checkable buttons that stand side by side; in an exclusive group screen readers
/// meet a radio button.
QToolButton* segment(const QString& text, const QString& tip = {});

/// Gives a widget the style sheet's look of `name` ("page", "sidebar", "card", …) and its own
/// ground.
void setLook(QWidget* widget, const char* name);
/// Gives a label the style sheet's kind and shows it at once.
void setType(QWidget* label, const char* type);
/// Reads the style sheet anew after a property that it looks at has changed.
void restyle(QWidget* widget);

/// A label that wraps; `plain`: text of others, which can be selected and is never read as HTML.
QLabel* wrapped(const QString& text, const char* type);
QLabel* plain(const QString& text, const char* type);

/// Names a search field and gives it its sign and a button that clears it.
void dressSearch(QLineEdit* search, const QString& placeholder, const QString& name);
/// The look of all tables: whole rows, no grid, nothing to edit, headers at the left.
void dressTable(QTableView* table, const QString& name);
/// `first` and `second` share the space of a splitter that never folds one of them away.
QSplitter* splitter(Qt::Orientation direction, QWidget* first, int first_share, QWidget* second,
                    int second_share);

/// A row of a form whose label is as high as its field and gives the field the focus.
QLabel* addField(QFormLayout* form, const QString& label, QWidget* field);
/// The same for a field that stands in a line with others.
QLabel* addField(QFormLayout* form, const QString& label, QWidget* field, QLayout* line);

/// Removes and deletes all that stands in a layout.
void clearLayout(QLayout* layout);

/// Opens a dialog that is deleted when it closes.
void openOnce(QDialog* dialog);

}  // namespace univi::ui
