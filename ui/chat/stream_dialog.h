#pragma once

#include <QDialog>

#include "ui/session/line_child.h"

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace univi::ui {

/// Asks for the address of a stream or of a video on the network, records its beginning into a file
/// of the data folder by a process of its own (univi-cli record), and hands the file over. What
/// goes wrong is said in the dialog; closing it ends the recording and leaves no file.
class StreamDialog : public QDialog {
    Q_OBJECT
  public:
    /// `program`: another univi-cli than the one beside this program.
    explicit StreamDialog(QWidget* parent = nullptr, const QString& program = {});
    ~StreamDialog() override;

    static bool isStreamAddress(const QString& text);

  Q_SIGNALS:
    void recorded(const QString& file);

  private:
    void build();
    void start();
    void onEnd(const LineChild::End& end);
    void showProblem(const QString& sentence);
    void updateState();
    void say(const QString& sentence, const char* type);

    QString program_, file_;
    LineChild child_;
    QLineEdit* address_;
    QSpinBox* seconds_;
    QLabel* message_;
    QProgressBar* bar_;
    QPushButton* record_;
};

}  // namespace univi::ui
