#include "ui/chat/live_source.h"

#include <utility>

#include "core/base/error.h"
#include "core/base/log.h"
#include "ui/chat/recording_file.h"

namespace univi::ui {

namespace {

constexpr int kPatienceMs = 5000;

}  // namespace

QStringList LiveCameraChoice::arguments() const {
    QStringList words{QStringLiteral("--camera"), device, QStringLiteral("--camera-format"),
                      format};
    if (screen) words << QStringLiteral("--pipewire-fd") << QString::number(screen->descriptor());
    return words;
}

LiveSource::LiveSource(QObject* parent, const QString& program)
    : QObject(parent),
      program_(program.isEmpty() ? programBeside(QStringLiteral("univi-cli")) : program),
      child_(nullptr, LineChild::Farewell::EndOfInput) {
    connect(&child_, &LineChild::lineArrived, this, &LiveSource::read);
    connect(&child_, &LineChild::ended, this, &LiveSource::onEnd);
}

void LiveSource::start(const LiveCameraChoice& choice) {
    if (child_.isRunning()) return;
    choice_ = choice;
    is_on_ = is_wanted_ = true;
    QStringList arguments{QStringLiteral("live"), QStringLiteral("--frames"),
                          QString::number(choice.frames), QStringLiteral("--every"),
                          QString::number(choice.every_s)};
    if (choice.isStream())
        arguments << QStringLiteral("--stream") << QStringLiteral("-");
    else
        arguments << choice.arguments();
    child_.passDescriptor(choice.screen ? choice.screen->descriptor() : -1);
    child_.start(program_, arguments);
    if (choice.screen) {
        choice.screen->dropDescriptor();
        connect(choice.screen.get(), &ScreenShare::ended, this, &LiveSource::onScreenEnded);
    }
    // Not among the arguments, which a list of processes shows: it may hold a password.
    if (choice.isStream()) child_.write(choice.device.toUtf8() + '\n');
}

void LiveSource::stop() {
    if (!is_wanted_) return;
    is_wanted_ = false;
    child_.stop(kPatienceMs);
}

void LiveSource::askForWindow() {
    const QString file = newFile(tr("live"));
    if (file.isEmpty())
        return Q_EMIT windowRefused({}, tr("The data folder takes no pictures of what is live."));
    send(protocol::live::WindowRequest{file.toStdString()});
}

void LiveSource::keep(const QString& file) {
    send(protocol::live::KeepRequest{file.toStdString()});
}

void LiveSource::record() {
    if (is_recording_) return;
    recording_ = newFile(tr("recorded"));
    if (recording_.isEmpty())
        return Q_EMIT recordingRefused(tr("The data folder takes no recording."));
    send(protocol::live::RecordRequest{recording_.toStdString()});
    setRecording(true);
}

void LiveSource::endRecording() {
    if (is_recording_) send(protocol::live::EndRecordingRequest{});
}

QString LiveSource::newFile(const QString& kind) const {
    return newRecordingFile(QStringLiteral("%1 %2").arg(choice_.name, kind), QStringLiteral("mkv"));
}

void LiveSource::send(const protocol::live::Request& request) {
    if (child_.isRunning()) child_.write(QByteArray::fromStdString(to_line(request)) + '\n');
}

void LiveSource::read(const QByteArray& line) {
    try {
        const auto event = protocol::live::parse_event(line.toStdString());
        if (event) std::visit([this](const auto& each) { take(each); }, *event);
    } catch (const base::Error& error) {
        base::log_warning(std::string("a line of univi-cli live was no event: ") + error.what());
    }
}

void LiveSource::take(const protocol::live::PictureEvent& picture) {
    const auto jpeg = QByteArray::fromBase64(QByteArray::fromStdString(picture.jpeg));
    const QImage image = QImage::fromData(jpeg, "JPEG");
    if (is_wanted_ && !image.isNull()) Q_EMIT pictureArrived(image, picture.held, picture.taken);
}

void LiveSource::take(const protocol::live::WindowEvent& window) {
    Q_EMIT windowArrived(QString::fromStdString(window.file), window.frames);
}

void LiveSource::take(const protocol::live::RecordedEvent& recorded) {
    setRecording(false);
    Q_EMIT this->recorded(QString::fromStdString(recorded.file), recorded.seconds);
}

void LiveSource::take(const protocol::live::RefusedEvent& refused) {
    const QString file = QString::fromStdString(refused.file),
                  sentence = QString::fromStdString(refused.message);
    if (!is_recording_ || file != recording_) return Q_EMIT windowRefused(file, sentence);
    setRecording(false);
    Q_EMIT recordingRefused(sentence);
}

void LiveSource::onEnd(const LineChild::End& end) {
    const bool was_wanted = std::exchange(is_wanted_, false);
    is_on_ = false;
    choice_.screen.reset();
    setRecording(false);
    using How = LineChild::End::How;
    QString why = std::exchange(reason_, {});
    if (!why.isEmpty()) return Q_EMIT ended(why);
    if (end.how == How::NotStarted)
        why = tr("%1 could not be started; install the program whole.").arg(program_);
    else if (!end.isGood())
        why = !end.sentence.isEmpty() ? end.sentence
              : choice_.isStream()    ? tr("The stream was lost; open it again.")
                                      : tr("The camera was lost; connect it again.");
    else if (was_wanted)
        why = choice_.isStream() ? tr("The stream is over.")
                                 : tr("The camera gives no more pictures.");
    Q_EMIT ended(why);
}

void LiveSource::onScreenEnded() {
    if (!is_wanted_) return;
    reason_ = tr("The screen is not shared any more.");
    stop();
}

void LiveSource::setRecording(bool recording) {
    if (recording == is_recording_) return;
    is_recording_ = recording;
    if (!recording) recording_.clear();
    Q_EMIT recordingChanged();
}

}  // namespace univi::ui
