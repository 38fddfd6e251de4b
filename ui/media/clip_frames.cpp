#include "ui/media/clip_frames.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace univi::ui {

QImage ClipFrames::at(int place) const {
    const int width = strip.width() / std::max(1, count);
    return strip.copy(place * width, 0, width, strip.height());
}

QStringList clipFramesArguments(const QString& video, const base::ClipRange& part, int count,
                                int side, const QString& out) {
    QStringList arguments{QStringLiteral("--strip"), QString::number(count),
                          QStringLiteral("--side"), QString::number(side)};
    if (part.start_s)
        arguments << QStringLiteral("--from") << QString::number(*part.start_s, 'f', 3);
    if (part.end_s) arguments << QStringLiteral("--to") << QString::number(*part.end_s, 'f', 3);
    return arguments << QStringLiteral("--") << QFileInfo(video).absoluteFilePath() << out;
}

ClipFrames clipFramesFrom(const QByteArray& told, const QString& out, int asked) {
    const QJsonObject object = QJsonDocument::fromJson(told).object();
    ClipFrames frames;
    const QImage strip(out);
    if (strip.isNull()) return frames;
    frames.count = std::clamp(object.value(QLatin1String("strip")).toInt(), 1, asked);
    frames.strip = strip.copy(0, 0, strip.width() * frames.count / asked, strip.height());
    frames.seconds = object.value(QLatin1String("duration_s")).toDouble();
    frames.fps = object.value(QLatin1String("fps")).toDouble();
    return frames;
}

}  // namespace univi::ui
