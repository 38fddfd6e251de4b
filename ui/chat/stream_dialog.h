#pragma once

#include <QDialog>
#include <optional>

#include "ui/chat/live_fields.h"
#include "ui/chat/live_source.h"
#include "ui/session/line_child.h"

class QFormLayout;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace univi::ui {

/// Asks for the address of a stream or of a video on the network, records its beginning into a file
/// of the data folder by a process of its own (univi-cli record), and hands the file over; or asks
/// for a stream that stays open. What goes wrong is said in the dialog; closing it ends the
/// recording and leaves no file.
class StreamDialog : public QDialog {
    Q_OBJECT
  public:
    /// `program`: another univi-cli than the one beside this program.
    explicit StreamDialog(QWidget* parent = nullptr, const QString& program = {});
    ~StreamDialog() override;

    static bool isStreamAddress(const QString& text);

  Q_SIGNALS:
    void recorded(const QString& file);
    /// It is to stay open.
    void liveRequested(const univi::ui::LiveCameraChoice& choice);

  private:
    void build();
    void record();
    void goLive();
    void onEnd(const LineChild::End& end);
    void showProblem(const QString& sentence);
    void updateState();
    void say(const QString& sentence, const char* type);

    QString program_, file_;
    LineChild child_;
    QLineEdit* address_;
    QToolButton *video_, *live_;
    QSpinBox* seconds_;
    QFormLayout* form_;
    std::optional<LiveFields> live_fields_;
    QLabel* message_;
    QProgressBar* bar_;
    QPushButton* open_;
};

}  // namespace univi::ui
