#include "ui/chat/medium.h"

#include <QHash>
#include <QJsonDocument>
#include <QJsonObject>
#include <cmath>

#include "ui/text/translate.h"

namespace univi::ui {
namespace {

QJsonObject clipJson(const base::ClipRange& clip) {
    QJsonObject json;
    if (clip.start_s) json.insert("start", *clip.start_s);
    if (clip.end_s) json.insert("end", *clip.end_s);
    if (clip.frames) json.insert("frames", *clip.frames);
    return json;
}

base::ClipRange clipFrom(const QJsonObject& json) {
    base::ClipRange clip;
    const auto number = [&](const char* name) { return json.value(QLatin1String(name)); };
    if (number("start").isDouble()) clip.start_s = number("start").toDouble();
    if (number("end").isDouble()) clip.end_s = number("end").toDouble();
    if (number("frames").isDouble()) clip.frames = number("frames").toInt();
    return clip.fault() ? base::ClipRange() : clip;
}

}  // namespace

std::size_t qHash(const Medium& medium, std::size_t seed) {
    return ::qHash(medium.file + QString::fromStdString(medium.clip.key()), seed);
}

Media toMedia(const QStringList& files) {
    return {files.begin(), files.end()};
}

bool relink(Media& media, const QString& from, const QString& to) {
    bool found = false;
    for (Medium& medium : media) {
        if (medium.file != from) continue;
        medium.file = to;
        found = true;
    }
    return found;
}

QStringList filesOf(const Media& media) {
    QStringList files;
    for (const Medium& medium : media) files << medium.file;
    return files;
}

std::vector<std::string> pathsOf(const Media& media) {
    std::vector<std::string> paths;
    for (const Medium& medium : media) paths.push_back(medium.file.toStdString());
    return paths;
}

std::vector<base::ClipRange> clipsOf(const Media& media) {
    std::vector<base::ClipRange> clips;
    for (const Medium& medium : media) clips.push_back(medium.clip);
    while (!clips.empty() && clips.back().is_whole()) clips.pop_back();
    return clips;
}

QString timeText(double seconds) {
    const qint64 tenths = std::llround(std::max(0.0, seconds) * 10);
    const qint64 whole = tenths / 10, minutes = whole / 60;
    const auto two = [](qint64 value) {
        return QStringLiteral("%1").arg(value, 2, 10, QLatin1Char('0'));
    };
    QString text = minutes >= 60 ? QStringLiteral("%1:%2").arg(minutes / 60).arg(two(minutes % 60))
                                 : QString::number(minutes);
    text += QLatin1Char(':') + two(whole % 60);
    if (tenths % 10 != 0) text += QLatin1Char('.') + QString::number(tenths % 10);
    return text;
}

QString clipText(const base::ClipRange& clip) {
    const QString frames = clip.frames ? tr("%Ln frame(s)", nullptr, *clip.frames) : QString();
    QString range;
    if (clip.start_s && clip.end_s)
        range = QStringLiteral("%1–%2").arg(timeText(*clip.start_s), timeText(*clip.end_s));
    else if (clip.start_s)
        range = tr("from %1").arg(timeText(*clip.start_s));
    else if (clip.end_s)
        range = tr("up to %1").arg(timeText(*clip.end_s));
    if (range.isEmpty()) return frames;
    return frames.isEmpty() ? range : tr("%1, %2").arg(range, frames);
}

QJsonValue toJson(const Medium& medium) {
    if (medium.clip.is_whole()) return medium.file;
    QJsonObject json = clipJson(medium.clip);
    json.insert("file", medium.file);
    return json;
}

Medium mediumFromJson(const QJsonValue& json) {
    if (!json.isObject()) return json.toString();
    const QJsonObject object = json.toObject();
    return {object.value(QLatin1String("file")).toString(), clipFrom(object)};
}

QString clipToText(const base::ClipRange& clip) {
    if (clip.is_whole()) return {};
    return QString::fromUtf8(QJsonDocument(clipJson(clip)).toJson(QJsonDocument::Compact));
}

base::ClipRange clipFromText(const QString& text) {
    return clipFrom(QJsonDocument::fromJson(text.toUtf8()).object());
}

}  // namespace univi::ui
