#pragma once

#include <QList>
#include <QString>

#include "ui/media/media_kind.h"

namespace univi::ui {

/// A picture or clip that comes with the program, with a question to try.
struct Sample {
    QString file;    ///< absolute
    QString poster;  ///< a clip's picture for the card; empty: the file itself or none
    MediaKind kind = MediaKind::Picture;
    QString title, question;
};

/// Reads <folder>/samples.json: [{"file", "kind": "picture"|"clip", "title", "question",
/// "poster"?}]. Entries whose file is missing are left out; a missing or broken list is empty (and
/// said in the log): the window opens all the same.
QList<Sample> readSamples(const QString& folder);
/// resources/samples of the installed program or the source tree; empty when there is none.
QString samplesFolder();

}  // namespace univi::ui
