#pragma once

#include <QImage>
#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>

#include "core/protocol/live_protocol.h"
#include "ui/chat/screen_share.h"
#include "ui/session/line_child.h"

namespace univi::ui {

/// A camera, a screen or a stream that is kept open, and the frames of it that a question is about.
struct LiveCameraChoice {
    /// As a LiveCameraChoice's format: the device is the address of a stream; the node of PipeWire
    /// that `screen` has.
    static constexpr QLatin1String kStream{"stream"}, kShared{"pipewire"};
    bool isStream() const { return format == kStream; }
    bool isShared() const { return format == kShared; }
    /// What names it to univi-cli; not a stream, whose address is no argument.
    QStringList arguments() const;

    QString device;
    QString format = QStringLiteral("v4l2");
    QString name;  ///< as people know it
    int frames = 16;
    double every_s = 1;  ///< seconds from one frame to the next
    std::shared_ptr<ScreenShare> screen = {};
};

/// A live camera as a child of the window, univi-cli live: what happens to the camera never reaches
/// the window. Windows and recordings are files of the data folder; a window that is not kept goes
/// when the camera is closed. GUI thread.
class LiveSource : public QObject {
    Q_OBJECT
  public:
    /// `program`: another univi-cli than the one beside this program.
    explicit LiveSource(QObject* parent = nullptr, const QString& program = {});

    void start(const LiveCameraChoice& choice);
    /// Closes the camera; a recording is written to its end.
    void stop();
    bool isOn() const { return is_on_; }
    const LiveCameraChoice& choice() const { return choice_; }

    /// Writes the frames that are held now as a clip: windowArrived or windowRefused follows.
    void askForWindow();
    /// A window is somebody's now.
    void keep(const QString& file);
    bool isRecording() const { return is_recording_; }
    /// Records every picture from now on: recorded or recordingRefused follows when that is over.
    void record();
    void endRecording();

  Q_SIGNALS:
    void pictureArrived(const QImage& picture, int held, qint64 taken);
    void windowArrived(const QString& file, int frames);
    void recordingChanged();
    void recorded(const QString& file, double seconds);
    /// These could not be written; the camera goes on.
    void windowRefused(const QString& file, const QString& sentence);
    void recordingRefused(const QString& sentence);
    /// The camera is closed; why, or nothing where that was wanted.
    void ended(const QString& sentence);

  private:
    void read(const QByteArray& line);
    void take(const protocol::live::PictureEvent& picture);
    void take(const protocol::live::WindowEvent& window);
    void take(const protocol::live::RecordedEvent& recorded);
    void take(const protocol::live::RefusedEvent& refused);
    void onEnd(const LineChild::End& end);
    void onScreenEnded();
    void send(const protocol::live::Request& request);
    QString newFile(const QString& kind) const;
    void setRecording(bool recording);

    QString program_;
    LiveCameraChoice choice_;
    bool is_on_ = false, is_recording_ = false, is_wanted_ = false;
    QString recording_, reason_;  ///< why it is being closed, where the person did not ask for it
    LineChild child_;
};

}  // namespace univi::ui
