#pragma once

#include <QObject>

class QCheckBox;
class QFormLayout;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace univi::ui {

class AppSettings;
class CopyButton;
class ModelServer;
class WrapLabel;

/// The rows of Settings about the server for other programs: its switch, port, who may connect, and
/// a line that says what it does now. GUI thread.
class ServerRows : public QObject {
    Q_OBJECT
  public:
    ServerRows(ModelServer* server, AppSettings* settings, QFormLayout* form, QObject* parent);
    /// Looks anew at which model the window has.
    void refresh() { showState(); }

  private:
    void addSwitches();
    void addKey();
    void addFolder();
    void addState();
    void store();
    void renewKey();
    void showKey();
    void showState();

    ModelServer* server_;
    AppSettings* settings_;
    QFormLayout* form_;
    QCheckBox *on_, *open_;
    QSpinBox* port_;
    QLineEdit *key_, *folder_;
    WrapLabel* state_;
    CopyButton* copy_;
    QPushButton* again_;
    QWidget* key_line_;
};

}  // namespace univi::ui
