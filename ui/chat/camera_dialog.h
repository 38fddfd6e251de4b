#pragma once

#include <QDialog>
#include <memory>
#include <optional>

#include "ui/chat/live_fields.h"
#include "ui/chat/live_source.h"
#include "ui/session/line_child.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace univi::ui {

/// Takes a picture with a camera or the screen of this machine, or records some seconds, into a
/// file of the data folder by a process of its own (univi-cli record --camera), and hands the file
/// over; or asks for one that stays open. What goes wrong is said in the dialog; closing it ends
/// the recording and leaves no file.
class CameraDialog : public QDialog {
    Q_OBJECT
  public:
    /// What stands in for the machine's cameras in tests.
    struct Source {
        QString program;  ///< empty: univi-cli beside this program
        QString device;   ///< not empty: the one camera there is
        QString format = QStringLiteral("v4l2");
    };
    explicit CameraDialog(QWidget* parent = nullptr);
    CameraDialog(QWidget* parent, const Source& source);
    ~CameraDialog() override;

    bool isRecording() const { return taking_.isRunning(); }

  Q_SIGNALS:
    void recorded(const QString& file);
    /// It is to stay open.
    void liveRequested(const univi::ui::LiveCameraChoice& choice);

  private:
    void build();
    void wire();
    void look();
    void onCamera(const QByteArray& line);
    void onListed(const LineChild::End& end);
    void addCamera(const QString& device, const QString& name, const QString& format);
    void addSharedScreen();
    void begin();
    void share();
    void proceed();
    LiveCameraChoice choice() const;
    void take();
    void goLive();
    void onTaken(const LineChild::End& end);
    void updateState();
    void say(const QString& sentence, const char* type);
    QString program() const;

    Source source_;
    LineChild listing_, taking_;
    std::shared_ptr<ScreenShare> screen_;  ///< what is shared, or being asked for
    bool is_asking_ = false;               ///< the desktop's dialog is open
    QString file_;
    QComboBox* cameras_;
    QToolButton *picture_, *video_, *live_;
    QSpinBox* seconds_;
    QFormLayout* form_;
    std::optional<LiveFields> live_fields_;
    QLabel* message_;
    QProgressBar* bar_;
    QPushButton *again_, *take_;
};

}  // namespace univi::ui
