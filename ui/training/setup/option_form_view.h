#pragma once

#include <QHash>
#include <QWidget>

#include "ui/training/setup/run_checks.h"

class QButtonGroup;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace univi::ui {

class OptionField;
class RunForm;

/// All options in groups, made from the trainer's table: a tab for each group above, the groups as
/// cards one below the other, and a search over labels, flags and help. Everyday options, changed
/// ones and wrong ones stand at once, the others behind a button. Never wider than it is given.
class OptionFormView : public QWidget {
    Q_OBJECT
  public:
    /// Borrows `form`.
    explicit OptionFormView(RunForm* form, QWidget* parent = nullptr);
    OptionField* field(const QString& name) const { return fields_.value(name); }
    /// Scrolls to a field, shows it if it was folded away, and gives it the focus.
    void goTo(const QString& name);
    /// Back to the first group.
    void goToTop();
    void setDatasetNames(const QStringList& names);
    /// Marks the fields that the checks speak of.
    void setChecks(const QList<RunCheck>& checks);
    void setSearch(const QString& text);
    void focusSearch();
    /// The search's line, for the page to place.
    QLineEdit* searchField() const { return search_; }

  Q_SIGNALS:
    void fixWanted(const univi::ui::RunCheck& check);

  private:
    struct Card {
        QLabel* heading;
        QFrame* frame;
        QPushButton* more;
        QToolButton* tab;
        QList<OptionField*> fields;
        bool open = false;
    };
    void buildTop();
    void buildCards();
    void addCard(const QString& title, QVBoxLayout* column);
    void refresh();
    void arrange();
    void arrangeCard(Card& card, const QString& search);
    void scrollToGroup(int group);
    void followScroll();

    RunForm* form_;
    QLineEdit* search_;
    QWidget* tab_row_;
    QButtonGroup* tabs_;
    QScrollArea* scroll_;
    QLabel* nothing_;
    QList<Card> cards_;
    QHash<QString, OptionField*> fields_;
    bool jumping_ = false;  ///< the tab that was clicked stays the chosen one
};

}  // namespace univi::ui
