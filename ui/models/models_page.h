#pragma once

#include <QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace univi::ui {

class ModelChooser;
class NoticeBar;

/// The loaded model with its figures, how it is loaded, and the folders that were loaded before.
class ModelsPage : public QWidget {
    Q_OBJECT
  public:
    explicit ModelsPage(ModelChooser* chooser, QWidget* parent = nullptr);

  private:
    QWidget* buildCurrent();
    QWidget* buildLoading();
    void showModel();
    void showRecent();
    void reload();

    ModelChooser* chooser_;
    QLabel *name_, *folder_, *device_, *memory_, *parameters_, *context_;
    NoticeBar* problem_;
    QComboBox *device_choice_, *dtype_choice_;
    QLineEdit* tower_;
    QVBoxLayout* recent_;
};

}  // namespace univi::ui
