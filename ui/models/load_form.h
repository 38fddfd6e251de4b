#pragma once

#include <QObject>

class QComboBox;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace univi::ui {

class ModelChooser;
class WrapLabel;

/// The card in which a person chooses how the model is loaded, what that takes of memory, and the
/// button that loads it so. Says which of the choices are not in use yet. GUI thread.
class LoadForm : public QObject {
    Q_OBJECT
  public:
    /// Adds the card to `column`. `chooser` outlives it.
    LoadForm(ModelChooser* chooser, QVBoxLayout* column, QObject* parent);

    /// The loaded model, or what was asked for, is another one.
    void refresh();

  private:
    void build(QVBoxLayout* column);
    void reload();
    void showNeed();
    void showPending();

    ModelChooser* chooser_;
    QComboBox *device_, *type_, *cache_;
    QLineEdit* tower_;
    WrapLabel *need_, *pending_;
    QPushButton* again_;
};

}  // namespace univi::ui
