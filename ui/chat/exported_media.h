#pragma once

#include <QByteArray>
#include <QHash>
#include <QImage>
#include <QList>
#include <QSet>
#include <QString>
#include <functional>

#include "core/base/stop_token.h"
#include "ui/chat/conversation.h"

namespace univi::ui {

/// A medium as the page of an exported conversation shows it.
struct ExportedMedium {
    bool is_clip = false;
    /// A picture, small; of a clip some frames, or of the part of it that is asked about. Empty: it
    /// could not be read, and the page names it.
    QList<QImage> pictures;
    double seconds = 0;       ///< length of the whole clip
    QString file_address;     ///< what the page's links to the file name; empty: it has none
    QString picture_address;  ///< of the row of its pictures as a file; empty: there is none
    /// Its pictures as JPEG, side by side.
    QByteArray row() const;
};

using ExportedMedia = QHash<Medium, ExportedMedium>;

/// Reads what a page shows of the media of the turns that are shown. thumbnailProgram() reads each
/// file, so that what is wrong with one ends there. Any thread; waits for those children. After a
/// stop what is left is named only.
ExportedMedia readForExport(const Conversation& conversation, const base::StopToken& stop = {});

/// Names a file for the row of each medium that has one, "pictures/cat.png.jpg", hands it with its
/// bytes to `write` and notes its address, which begins with `folder`.
void writeRows(ExportedMedia& media, const QString& folder,
               const std::function<void(const QString& name, const QByteArray& jpeg)>& write);

/// "clip.mp4 (0:12–0:31)", "clip.mp4 (0:42)" for a whole one whose length is known.
QString captionOf(const Medium& medium, const ExportedMedium& shown = {});
/// A path as the address of a link: what has a meaning in addresses or Markdown is written as %28.
QString addressOf(const QString& path);
/// "cat.png", or "2-cat.png" where that is taken; takes it.
QString freeName(const QString& path, QSet<QString>& names);
QByteArray jpegOf(const QImage& picture);

}  // namespace univi::ui
