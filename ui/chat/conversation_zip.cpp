#include "ui/chat/conversation_zip.h"

#include <QDir>
#include <QFileInfo>
#include <QSet>
#include <QUuid>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/zip_reader.h"
#include "core/base/zip_writer.h"
#include "ui/chat/conversation_json.h"
#include "ui/chat/exported_media.h"
#include "ui/chat/turn_branches.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

const QString kFolder = QStringLiteral("media/");
constexpr char kJson[] = "conversation.json";

/// Calls `change` with every medium of every branch.
template <typename Change>
void forEachMedium(Conversation& conversation, const Change& change) {
    for (QList<Turn>* turns : {&conversation.turns, &conversation.others})
        for (Turn& turn : *turns)
            for (Medium& medium : turn.media) change(medium);
}

std::string_view text(const QByteArray& bytes) {
    return {bytes.constData(), std::size_t(bytes.size())};
}

/// The name in the archive of a medium that is a plain file there; empty for any other path.
QString archivedName(const QString& path) {
    if (!path.startsWith(kFolder)) return {};
    const QString name = path.mid(kFolder.size());
    const bool plain = !name.isEmpty() && !name.contains(QLatin1Char('/')) && name != ".." &&
                       name != "." && !name.contains(QLatin1Char('\\'));
    return plain ? name : QString();
}

/// Names a folder for the media of one archive.
QDir newFolder(const QString& folder) {
    const QDir made(QDir(folder).filePath(QUuid::createUuid().toString(QUuid::WithoutBraces)));
    if (!made.mkpath(QStringLiteral(".")))
        throw base::Error(base::ErrorKind::File,
                          tr("The folder %1 cannot be made; check its rights and the free space.")
                              .arg(made.path())
                              .toStdString());
    return made;
}

}  // namespace

QStringList writeConversationZip(const Conversation& conversation, const MakeZipPages& pages,
                                 const QString& file) {
    base::ZipWriter zip(file.toStdString(), 1);
    Conversation copy = conversation;
    QHash<QString, QString> places;  // of each path in the archive; empty: it is not there
    QSet<QString> names;
    QStringList missing;
    forEachMedium(copy, [&](Medium& medium) {
        if (!places.contains(medium.file)) {
            QString& place = places[medium.file];
            try {
                const auto mapped = base::MappedFile::open(medium.file.toStdString());
                place = kFolder + freeName(medium.file, names);
                zip.add(place.toStdString(), mapped->bytes());
            } catch (const base::Error&) {
                if (!place.isEmpty()) throw;  // it is the archive that cannot be written
                missing << medium.file;
            }
        }
        if (const QString& place = places[medium.file]; !place.isEmpty()) medium.file = place;
    });
    for (const ZipPage& page : pages(places)) zip.add(page.name.toStdString(), text(page.bytes));
    zip.add(kJson, text(toJson(copy)));
    if (!missing.isEmpty())
        zip.add("missing-media.txt", text(missing.join(QLatin1Char('\n')).toUtf8() + '\n'));
    zip.commit();
    return missing;
}

Conversation readConversationZip(const QString& file, const QString& folder) {
    const base::ZipReader zip(base::MappedFile::open(file.toStdString()));
    const QString shown = QFileInfo(file).fileName();
    const base::ZipEntry* json = zip.find(kJson);
    if (!json)
        throw base::Error(base::ErrorKind::Format,
                          tr("%1 holds no conversation; choose a zip that was exported here.")
                              .arg(shown)
                              .toStdString());
    zip.check_crc(*json);
    const auto bytes = zip.bytes(*json);
    Conversation conversation = conversationFromJson(
        QByteArray(reinterpret_cast<const char*>(bytes.data()), qsizetype(bytes.size())), shown);
    std::optional<QDir> made;
    QHash<QString, QString> places;
    forEachMedium(conversation, [&](Medium& medium) {
        const QString name = archivedName(medium.file);
        const base::ZipEntry* entry =
            name.isEmpty() ? nullptr : zip.find((kFolder + name).toStdString());
        if (!entry) return;
        if (!places.contains(name)) {
            zip.check_crc(*entry);
            if (!made) made = newFolder(folder);
            base::AtomicFile out(made->filePath(name).toStdString());
            out.write(zip.bytes(*entry));
            out.commit();
            places.insert(name, made->filePath(name));
        }
        medium.file = places[name];
    });
    return conversation;
}

}  // namespace univi::ui
