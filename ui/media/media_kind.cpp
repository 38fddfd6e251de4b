#include "ui/media/media_kind.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QMimeData>
#include <QMimeDatabase>
#include <QSet>
#include <QUrl>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "core/base/temporary_folder.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

constexpr qsizetype kLongestPaste = 65'536, kNamed = 3;
constexpr qsizetype kLongestName = 48;

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

/// "'/home/a b.png'", "~/b.png" and "file:///home/b.png" as paths; anything else stays as it is.
QString pathIn(QString line) {
    line = line.trimmed();
    if (line.size() > 1 && (line[0] == u'\'' || line[0] == u'"') && line.endsWith(line[0]))
        line = line.mid(1, line.size() - 2);
    if (line.startsWith(QLatin1String("file:"))) return QUrl(line).toLocalFile();
    if (line.startsWith(QLatin1String("~/"))) return QDir::homePath() + line.mid(1);
    return line;
}

/// A path that was meant as a file: one that is there, or that looks like a picture or a clip, or
/// that lies in a folder that is there. "/and so on" is text.
bool meansFile(const QString& path) {
    if (!QDir::isAbsolutePath(path)) return false;
    const QFileInfo info(path);
    if (info.exists()) return path.count(QLatin1Char('/')) > 1 || info.isFile();
    const QString suffix = info.suffix().toLower();
    if (pictureSuffixes().contains(suffix) || clipSuffixes().contains(suffix)) return true;
    return !path.contains(QLatin1Char(' ')) && path.count(QLatin1Char('/')) > 1 &&
           info.dir().exists();
}

QStringList localFiles(const QMimeData* mime) {
    QStringList files;
    for (const QUrl& url : mime->urls())
        if (url.isLocalFile()) files << url.toLocalFile();
    if (!files.isEmpty() || !mime->hasText()) return files;
    // File managers and terminals also paste paths or file: URLs as text, one a line.
    const QString text = mime->text().trimmed();
    if (text.size() > kLongestPaste) return {};
    for (const QString& line : text.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        files << pathIn(line);
        if (!meansFile(files.last())) return {};
    }
    return files;
}

/// In the data folder; where that takes nothing, in one that ends with the program.
QString storePasted(const QImage& picture) {
    const QString name =
        tr("Pasted %1.png")
            .arg(QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HH.mm.ss.zzz")));
    const QDir kept(QString::fromStdString((base::data_folder() / "pasted").string()));
    if (kept.mkpath(QStringLiteral(".")) && picture.save(kept.filePath(name)))
        return kept.filePath(name);
    try {
        static const base::TemporaryFolder folder("pasted");
        const QDir passing(QString::fromStdString(folder.path().string()));
        return picture.save(passing.filePath(name)) ? passing.filePath(name) : QString();
    } catch (const base::Error& error) {
        base::log_warning(error.what());
        return {};
    }
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

QString shortName(const QString& file) {
    const QString own = QFileInfo(QDir::cleanPath(file)).fileName(),
                  name = own.isEmpty() ? file : own;
    if (name.size() <= kLongestName) return name;
    QString begin = name.left(kLongestName / 2), end = name.right(kLongestName / 2 - 1);
    if (begin.back().isHighSurrogate()) begin.chop(1);
    if (end.front().isLowSurrogate()) end.remove(0, 1);
    return begin + QChar(0x2026) + end;
}

QString namesOf(const QStringList& files) {
    QStringList names;
    for (const QString& file : files) names << shortName(file);
    if (names.size() > kNamed + 1)
        return tr("%1 and %2 more")
            .arg(names.mid(0, kNamed).join(tr(", ")))
            .arg(names.size() - kNamed);
    if (names.size() < 2) return names.value(0);
    const QString last = names.takeLast();
    return tr("%1 and %2").arg(names.join(tr(", ")), last);
}

QString refusalSentence(const QStringList& files) {
    QStringList folders, missing, others, reasons;
    for (const QString& file : files)
        (QFileInfo(file).isDir() ? folders : !QFileInfo::exists(file) ? missing : others) << file;
    const auto count = [](const QStringList& files) { return static_cast<int>(files.size()); };
    if (!missing.isEmpty())
        reasons << tr("%1 were not found", nullptr, count(missing)).arg(namesOf(missing));
    if (!others.isEmpty())
        reasons << tr("%1 are neither pictures nor videos", nullptr, count(others))
                       .arg(namesOf(others));
    if (!folders.isEmpty())
        reasons << tr("%1 are folders", nullptr, count(folders)).arg(namesOf(folders));
    if (reasons.isEmpty()) return {};
    const bool only_folders = missing.isEmpty() && others.isEmpty();
    return (only_folders ? tr("%1; choose pictures or videos inside.")
                         : tr("%1; choose picture or video files.", nullptr, count(files)))
        .arg(reasons.join(tr("; ")));
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
