#pragma once

#include <QHashFunctions>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <QStringList>
#include <string>
#include <vector>

#include "core/base/clip_range.h"

namespace univi::ui {

/// A picture or video of a conversation: its file and, of a video, the part that is asked about.
struct Medium {
    QString file;  ///< absolute
    base::ClipRange clip;

    Medium() = default;
    Medium(const QString& name, const base::ClipRange& part = {}) : file(name), clip(part) {}
    bool operator==(const Medium&) const = default;
};
std::size_t qHash(const Medium& medium, std::size_t seed = 0);
using Media = QList<Medium>;

Media toMedia(const QStringList& files);
/// Media of the file `from` are of `to` then; false where there is none.
bool relink(Media& media, const QString& from, const QString& to);
QStringList filesOf(const Media& media);
std::vector<std::string> pathsOf(const Media& media);
/// As requests have them: empty where all are whole.
std::vector<base::ClipRange> clipsOf(const Media& media);

/// "0:12", "1:02:03.5"; tenths only where there are some.
QString timeText(double seconds);
/// "0:12–0:31", "from 0:12", "up to 0:31", with ", 20 frames" where those are chosen; empty for a
/// whole video.
QString clipText(const base::ClipRange& clip);

/// The file's name of a whole one, else an object that has the part too.
QJsonValue toJson(const Medium& medium);
/// What is wrong with a part makes it the whole.
Medium mediumFromJson(const QJsonValue& json);
/// The part alone, as the store keeps it; empty for a whole one.
QString clipToText(const base::ClipRange& clip);
base::ClipRange clipFromText(const QString& text);

}  // namespace univi::ui
