#include "ui/chat/media_kind.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QMimeData>
#include <QMimeDatabase>
#include <QSet>
#include <QUrl>

#include "core/base/paths.h"

namespace univi::ui {
namespace {

const QSet<QString>& pictureSuffixes() {
    static const QSet<QString> set{"jpg",  "jpeg", "png",  "bmp",  "webp", "tif",
                                   "tiff", "gif",  "heic", "heif", "hif",  "avif"};
    return set;
}

const QSet<QString>& clipSuffixes() {
    static const QSet<QString> set{"mp4", "m4v", "mov",  "mkv", "webm", "avi", "mpg", "mpeg",
                                   "ts",  "mts", "m2ts", "wmv", "flv",  "ogv", "3gp", "vob"};
    return set;
}

QString globs(const QSet<QString>& suffixes) {
    QStringList list = suffixes.values();
    list.sort();
    return QStringLiteral("*.") + list.join(QStringLiteral(" *."));
}

QString tr(const char* text) {
    return QCoreApplication::translate("MediaKind", text);
}

QStringList localFiles(const QMimeData* mime) {
    QStringList files;
    for (const QUrl& url : mime->urls())
        if (url.isLocalFile() && QFileInfo(url.toLocalFile()).isFile()) files << url.toLocalFile();
    if (!files.isEmpty() || !mime->hasText()) return files;
    // File managers and terminals also paste a path or a file: URL as text.
    const QString text = mime->text().trimmed();
    if (text.contains(QLatin1Char('\n')) || text.size() > 4096) return files;
    const QString path = text.startsWith(QLatin1String("file:")) ? QUrl(text).toLocalFile() : text;
    if (QDir::isAbsolutePath(path) && QFileInfo(path).isFile() &&
        mediaKind(path) != MediaKind::Unknown)
        files << path;
    return files;
}

QString storePasted(const QImage& picture) {
    const QDir folder(QString::fromStdString(base::data_folder().string()) +
                      QStringLiteral("/pasted"));
    if (!folder.mkpath(QStringLiteral("."))) return {};
    const QString name =
        QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HH.mm.ss.zzz"));
    const QString file = folder.filePath(tr("Pasted %1.png").arg(name));
    return picture.save(file) ? file : QString();
}

}  // namespace

MediaKind mediaKind(const QString& file) {
    const QString suffix = QFileInfo(file).suffix().toLower();
    if (pictureSuffixes().contains(suffix)) return MediaKind::Picture;
    if (clipSuffixes().contains(suffix)) return MediaKind::Clip;
    const QString mime = QMimeDatabase().mimeTypeForFile(file).name();
    if (mime.startsWith(QLatin1String("image/"))) return MediaKind::Picture;
    if (mime.startsWith(QLatin1String("video/"))) return MediaKind::Clip;
    return MediaKind::Unknown;
}

QString mediaFilter() {
    const QString pictures = globs(pictureSuffixes()), clips = globs(clipSuffixes());
    return tr("Pictures and videos (%1 %2);;Pictures (%1);;Videos (%2);;All files (*)")
        .arg(pictures, clips);
}

bool hasMedia(const QMimeData* mime) {
    return mime->hasImage() || !localFiles(mime).isEmpty();
}

QStringList mediaFromMime(const QMimeData* mime) {
    QStringList files = localFiles(mime);
    if (files.isEmpty() && mime->hasImage()) {
        const QImage picture = qvariant_cast<QImage>(mime->imageData());
        if (!picture.isNull()) files << storePasted(picture);
        files.removeAll(QString());
    }
    return files;
}

}  // namespace univi::ui
