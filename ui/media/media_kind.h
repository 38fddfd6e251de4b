#pragma once

#include <QString>

class QMimeData;

namespace univi::ui {

enum class MediaKind { Picture, Clip, Unknown };

/// By the file's name, or its first bytes when the name says nothing. The engine decides in the end
/// whether it can be read.
MediaKind mediaKind(const QString& file);

/// The file dialog's filter: pictures and clips together, each alone, everything.
QString mediaFilter();

/// Everything that a drop or paste names as a local file, also what turns out to be none: folders
/// and missing files are refused with a sentence where they are added, not turned into text.
/// Pictures without a file (a screenshot) are stored in the data folder first.
QStringList mediaFromMime(const QMimeData* mime);
bool hasMedia(const QMimeData* mime);

/// One sentence about files that cannot be added, each named with its reason; empty when
/// there are none.
QString refusalSentence(const QStringList& files);
/// A file's name as it stands in a sentence: of a very long one the middle is left out, so that
/// what it is (.png) still shows.
QString shortName(const QString& file);
/// "a.png", "a.png and b.png", "a.png, b.png and 3 more", each as shortName().
QString namesOf(const QStringList& files);

}  // namespace univi::ui
