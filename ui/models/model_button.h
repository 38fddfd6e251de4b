#pragma once

#include <QWidget>

#include "core/protocol/engine_protocol.h"

class QMenu;
class QProgressBar;
class QToolButton;

namespace univi::ui {

class ElidedLabel;
class ModelChooser;

/// The model in the chat's header: its name, device, type and memory, or how far it is loaded; a
/// menu to choose another.
class ModelButton : public QWidget {
    Q_OBJECT
  public:
    explicit ModelButton(ModelChooser* chooser, QWidget* parent = nullptr);
    QString title() const;
    QString detail() const;

  private:
    void update();
    void fillMenu();
    void showCheck();
    void showReady(const protocol::LoadedEvent& model);
    void showProgress(double fraction, const QString& what);
    ModelChooser* chooser_;
    QToolButton* button_;
    ElidedLabel* detail_;
    QProgressBar* bar_;
    QMenu* menu_;
};

}  // namespace univi::ui
