#pragma once

#include <QFrame>

class QLabel;

namespace univi::ui {

/// The line above a conversation: the model at the left, the title, buttons for its settings and
/// for export.
class ChatHeader : public QFrame {
    Q_OBJECT
  public:
    /// `model_button` may be nullptr.
    explicit ChatHeader(QWidget* model_button, QWidget* parent = nullptr);
    void setTitle(const QString& title);

  Q_SIGNALS:
    void exportRequested();
    /// What this conversation is asked with is wanted.
    void settingsRequested();

  private:
    QLabel* title_;
};

}  // namespace univi::ui
