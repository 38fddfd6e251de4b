#pragma once

#include <QWidget>

#include "ui/widgets/notice_bar.h"

class QLabel;
class QLineEdit;

namespace univi::ui {

class ElidedLabel;
class PresetMenu;
class PresetStore;

/// The head of the set-up page: its title, what the settings began with, the run's name, the menu
/// of presets, and a notice below them.
class RunSetupHead : public QWidget {
    Q_OBJECT
  public:
    /// Borrows `presets`.
    explicit RunSetupHead(PresetStore* presets, QWidget* parent = nullptr);
    /// Shows the head of a set-up that began with `begun_with`, without a name and a notice.
    void begin(const QString& begun_with);
    /// Name and presets are shown only while there are settings.
    void showTools(bool on);
    QString begunWith() const;
    QString name() const;
    QLineEdit* nameField() const { return name_; }
    /// The name as a folder's, or what the settings began with where there is none.
    QString proposedName() const;
    void say(NoticeBar::Kind kind, const QString& sentence);
    PresetMenu* menu() const { return menu_; }

  private:
    QLabel* title_;
    ElidedLabel* subtitle_;
    QLineEdit* name_;
    PresetMenu* menu_;
    NoticeBar* notice_;
    QWidget* tools_;
};

}  // namespace univi::ui
