#pragma once

#include <QDialog>

#include "training/options/command_text.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace univi::ui {

/// Takes a command line as it is pasted and says at once what it read, what it took otherwise and
/// what it cannot take.
class PasteDialog : public QDialog {
    Q_OBJECT
  public:
    explicit PasteDialog(QWidget* parent = nullptr);
    void setText(const QString& text);
    const training::ReadCommand& command() const { return command_; }

  private:
    void read();
    training::ReadCommand command_;
    QPlainTextEdit* text_;
    QLabel *found_, *notes_, *problems_;
    QPushButton* take_;
};

}  // namespace univi::ui
