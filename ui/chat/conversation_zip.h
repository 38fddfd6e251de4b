#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QString>
#include <QStringList>
#include <functional>

#include "ui/chat/conversation.h"

namespace univi::ui {

/// A file of the archive that is no medium.
struct ZipPage {
    QString name;
    QByteArray bytes;
};
/// Makes the pages, told where in the archive the media stand, by their files. What could not be
/// read stands nowhere.
using MakeZipPages = std::function<QList<ZipPage>(const QHash<QString, QString>& places)>;

/// Writes a conversation as pages, as JSON and with its media once each, in media/, as JSON names
/// them. Returns the files that could not be read; a list of them lies in the archive too. Any
/// thread. Throws base::Error{File}.
QStringList writeConversationZip(const Conversation& conversation, const MakeZipPages& pages,
                                 const QString& file);

/// Reads what was written so; its media go into a new folder in `folder`. Media that are not in the
/// archive keep the path that they had. Any thread. Throws base::Error{File|Format} with one
/// sentence.
Conversation readConversationZip(const QString& file, const QString& folder);

}  // namespace univi::ui
