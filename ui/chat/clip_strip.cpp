#include "ui/chat/clip_strip.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

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
    const QString named = qEnvironmentVariable("UNIVI_THUMBNAIL");
    child_.start(named.isEmpty() ? programBeside(QStringLiteral("univi-thumbnail")) : named,
                 {QStringLiteral("--strip"), QString::number(kFrames), QStringLiteral("--side"),
                  QString::number(kSide), QStringLiteral("--"), file_,
                  folder_.filePath(QStringLiteral("strip.png"))});
}

void ClipStrip::onEnd(const LineChild::End& end) {
    const QJsonObject told = QJsonDocument::fromJson(told_).object();
    const double seconds = told.value(QLatin1String("duration_s")).toDouble();
    const QImage strip(folder_.filePath(QStringLiteral("strip.png")));
    if (!end.isGood() || strip.isNull() || seconds <= 0)
        return Q_EMIT failed(
            end.sentence.isEmpty()
                ? tr("%1 cannot be shown; choose another video.").arg(QFileInfo(file_).fileName())
                : end.sentence);
    // A very short video has fewer frames than the strip has places.
    const int frames = std::clamp(told.value(QLatin1String("strip")).toInt(), 1, kFrames);
    Q_EMIT ready(strip.copy(0, 0, strip.width() * frames / kFrames, strip.height()), seconds,
                 told.value(QLatin1String("fps")).toDouble());
}

}  // namespace univi::ui
