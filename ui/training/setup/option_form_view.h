#pragma once

#include <QHash>
#include <QWidget>

class QFrame;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace univi::ui {

class OptionField;
class RunForm;

/// All options in groups, made from the trainer's table: a list of groups at the left, a card for each at the right, and a search
/// over labels, flags and help. Everyday options and changed ones stand at once, the others behind a button.
class OptionFormView : public QWidget {
    Q_OBJECT
  public:
    /// Borrows `form`.
    explicit OptionFormView(RunForm* form, QWidget* parent = nullptr);
    OptionField* field(const QString& name) const { return fields_.value(name); }
    /// Scrolls to a field, shows it if it was folded away, and gives it the focus.
    void goTo(const QString& name);
    void setDatasetNames(const QStringList& names);
    void setSearch(const QString& text);
    void focusSearch();

  private:
    struct Card {
        QLabel* heading;
        QFrame* frame;
        QPushButton* more;
        QList<OptionField*> fields;
        bool open = false;
    };
    void buildSearch(QVBoxLayout* layout);
    void buildCards();
    void addCard(const QString& title, QVBoxLayout* column);
    void refresh();
    void arrange();
    void scrollToGroup(int group);
    RunForm* form_;
    QLineEdit* search_;
    QListWidget* groups_;
    QScrollArea* scroll_;
    QLabel* nothing_;
    QList<Card> cards_;
    QHash<QString, OptionField*> fields_;
};

}  // namespace univi::ui
