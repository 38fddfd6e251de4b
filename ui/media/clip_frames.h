#pragma once

#include <QByteArray>
#include <QImage>
#include <QString>
#include <QStringList>

#include "core/base/clip_range.h"

namespace univi::ui {

/// Some frames of a video, evenly over it, all of one size.
struct ClipFrames {
    QImage strip;                 ///< side by side; null: the video could not be read
    int count = 0;                ///< how many; a very short video has fewer than were asked for
    double seconds = 0, fps = 0;  ///< of the whole video
    QImage at(int place) const;
};

/// How thumbnailProgram() is asked for `count` frames of `part` of a video, each with a longest
/// side of `side` pixels, in the file `out`.
QStringList clipFramesArguments(const QString& video, const base::ClipRange& part, int count,
                                int side, const QString& out);
/// What came of that: `told` is what it said, `out` what it wrote.
ClipFrames clipFramesFrom(const QByteArray& told, const QString& out, int asked);

}  // namespace univi::ui
