#include "ui/chat/conversation_export.h"

#include <QBuffer>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QPageLayout>
#include <QPageSize>
#include <QPdfWriter>
#include <QTextDocument>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "ui/chat/conversation_zip.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

void writeFile(const QString& file, const QByteArray& bytes) {
    base::write_file_atomically(file.toStdString(),
                                std::string_view(bytes.constData(), std::size_t(bytes.size())));
}

QByteArray pdfOf(const Conversation& conversation, const ExportedMedia& media) {
    QTextDocument page;
    QFont font = QGuiApplication::font();
    font.setPointSize(10);
    page.setDefaultFont(font);
    page.setHtml(toPaper(conversation, media));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setPageSize(QPageSize(QPageSize::A4));
        writer.setPageMargins({18, 18, 18, 18}, QPageLayout::Millimeter);
        writer.setTitle(conversation.info.title);
        page.print(&writer);
    }
    return bytes;
}

/// "talk_files" for "talk.md", as browsers name what belongs to a page.
QString pictureFolderOf(const QString& file) {
    const QFileInfo info(file);
    return info.dir().filePath(info.completeBaseName() + QStringLiteral("_files"));
}

/// The page last: where it stands, its pictures do.
Exported writeMarkdown(const Conversation& conversation, ExportedMedia media, const QString& file) {
    Exported made;
    const QString folder = pictureFolderOf(file);
    writeRows(media, QFileInfo(folder).fileName(),
              [&](const QString& name, const QByteArray& jpeg) {
                  if (!QDir(folder).exists() && !QDir().mkdir(folder))
                      throw base::Error(
                          base::ErrorKind::File,
                          tr("The folder %1 for the pictures cannot be made; choose another place.")
                              .arg(folder)
                              .toStdString());
                  writeFile(QDir(folder).filePath(name), jpeg);
                  made.picture_folder = folder;
              });
    for (auto each = media.begin(); each != media.end(); ++each)
        each->file_address =
            QStringLiteral("file://") + addressOf(QFileInfo(each.key().file).absoluteFilePath());
    writeFile(file, toMarkdown(conversation, media).toUtf8());
    return made;
}

Exported writeZip(const Conversation& conversation, ExportedMedia media, const QString& file) {
    const auto pages = [&](const QHash<QString, QString>& places) {
        QList<ZipPage> list;
        writeRows(media, QStringLiteral("pictures"),
                  [&list](const QString& name, const QByteArray& jpeg) {
                      list << ZipPage{QStringLiteral("pictures/") + name, jpeg};
                  });
        for (auto each = media.begin(); each != media.end(); ++each)
            each->file_address = addressOf(places.value(each.key().file));
        return list << ZipPage{QStringLiteral("conversation.md"),
                               toMarkdown(conversation, media).toUtf8()}
                    << ZipPage{QStringLiteral("conversation.html"),
                               toHtml(conversation, media).toUtf8()};
    };
    return {writeConversationZip(conversation, pages, file), {}};
}

}  // namespace

Exported exportConversation(const Conversation& conversation, const QString& file,
                            const base::StopToken& stop) {
    const QString suffix = QFileInfo(file).suffix().toLower();
    if (suffix == QLatin1String("json")) {
        writeFile(file, toJson(conversation));
        return {};
    }
    const ExportedMedia media = readForExport(conversation, stop);
    if (suffix == QLatin1String("zip")) return writeZip(conversation, media, file);
    if (suffix == QLatin1String("pdf"))
        writeFile(file, pdfOf(conversation, media));
    else if (suffix == QLatin1String("html") || suffix == QLatin1String("htm"))
        writeFile(file, toHtml(conversation, media).toUtf8());
    else
        return writeMarkdown(conversation, media, file);
    return {};
}

}  // namespace univi::ui
