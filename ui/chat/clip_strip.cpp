#include "ui/chat/clip_strip.h"

#include <QFileInfo>

#include "ui/media/clip_frames.h"
#include "ui/media/thumbnails.h"

namespace univi::ui {
namespace {

constexpr int kSide = 120;

}  // namespace

ClipStrip::ClipStrip(QObject* parent) : QObject(parent) {
    connect(&child_, &LineChild::lineArrived, this,
            [this](const QByteArray& line) { told_ = line; });
    connect(&child_, &LineChild::ended, this, &ClipStrip::onEnd);
}

void ClipStrip::read(const QString& file) {
    file_ = QFileInfo(file).absoluteFilePath();
    child_.start(thumbnailProgram(), clipFramesArguments(file_, {}, kFrames, kSide, strip()));
}

QString ClipStrip::strip() const {
    return folder_.filePath(QStringLiteral("strip.png"));
}

void ClipStrip::onEnd(const LineChild::End& end) {
    const ClipFrames frames = clipFramesFrom(told_, strip(), kFrames);
    if (!end.isGood() || frames.strip.isNull() || frames.seconds <= 0)
        return Q_EMIT failed(
            end.sentence.isEmpty()
                ? tr("%1 cannot be shown; choose another video.").arg(QFileInfo(file_).fileName())
                : end.sentence);
    Q_EMIT ready(frames.strip, frames.seconds, frames.fps);
}

}  // namespace univi::ui
