#include "ui/chat/exported_media.h"

#include <QBuffer>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QPainter>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QUrl>
#include <optional>

#include "ui/media/clip_frames.h"
#include "ui/media/media_kind.h"
#include "ui/media/thumbnails.h"

namespace univi::ui {
namespace {

constexpr int kPictureSide = 640, kFrameSide = 320, kFrames = 4, kGap = 6;
constexpr int kQuality = 88;
constexpr int kSliceMs = 100, kLongestMs = 60'000;

/// What the program said on its standard output; nothing where it failed, took too long or is not
/// wanted any more.
std::optional<QByteArray> askProgram(const QStringList& arguments, const base::StopToken& stop) {
    QProcess child;
    QElapsedTimer runs;
    runs.start();
    child.start(thumbnailProgram(), arguments);
    while (!child.waitForFinished(kSliceMs) && child.state() != QProcess::NotRunning) {
        if (!stop.stop_requested() && !runs.hasExpired(kLongestMs)) continue;
        child.kill();
        child.waitForFinished();
        return std::nullopt;
    }
    if (child.error() == QProcess::FailedToStart || child.exitStatus() != QProcess::NormalExit ||
        child.exitCode() != 0)
        return std::nullopt;
    return child.readAllStandardOutput();
}

void readPicture(const QString& file, ExportedMedium& shown, const base::StopToken& stop) {
    const QTemporaryDir folder;
    const QString out = folder.filePath(QStringLiteral("picture.png"));
    if (!askProgram({QStringLiteral("--side"), QString::number(kPictureSide), QStringLiteral("--"),
                     QFileInfo(file).absoluteFilePath(), out},
                    stop))
        return;
    if (const QImage picture(out); !picture.isNull()) shown.pictures << picture;
}

void readFrames(const Medium& medium, ExportedMedium& shown, const base::StopToken& stop) {
    const QTemporaryDir folder;
    const QString out = folder.filePath(QStringLiteral("strip.png"));
    const auto told =
        askProgram(clipFramesArguments(medium.file, medium.clip, kFrames, kFrameSide, out), stop);
    if (!told) return;
    const ClipFrames frames = clipFramesFrom(*told, out, kFrames);
    for (int i = 0; i < frames.count; ++i) shown.pictures << frames.at(i);
    shown.seconds = frames.seconds;
}

ExportedMedium readMedium(const Medium& medium, const base::StopToken& stop) {
    ExportedMedium shown;
    const MediaKind kind = mediaKind(medium.file);
    shown.is_clip = kind == MediaKind::Clip;
    if (stop.stop_requested() || !QFileInfo(medium.file).isFile()) return shown;
    if (shown.is_clip)
        readFrames(medium, shown, stop);
    else if (kind == MediaKind::Picture)
        readPicture(medium.file, shown, stop);
    return shown;
}

}  // namespace

QByteArray ExportedMedium::row() const {
    if (pictures.size() == 1) return jpegOf(pictures.first());
    int width = -kGap, height = 0;
    for (const QImage& picture : pictures) {
        width += picture.width() + kGap;
        height = std::max(height, picture.height());
    }
    QImage row(std::max(0, width), height, QImage::Format_RGB32);
    row.fill(Qt::white);
    QPainter painter(&row);
    int x = 0;
    for (const QImage& picture : pictures) {
        painter.drawImage(x, 0, picture);
        x += picture.width() + kGap;
    }
    painter.end();
    return jpegOf(row);
}

ExportedMedia readForExport(const Conversation& conversation, const base::StopToken& stop) {
    ExportedMedia media;
    for (const Turn& turn : conversation.turns)
        for (const Medium& medium : turn.media)
            if (!media.contains(medium)) media.insert(medium, readMedium(medium, stop));
    return media;
}

void writeRows(ExportedMedia& media, const QString& folder,
               const std::function<void(const QString& name, const QByteArray& jpeg)>& write) {
    QSet<QString> names;
    for (auto each = media.begin(); each != media.end(); ++each) {
        if (each->pictures.isEmpty()) continue;
        const QString name = freeName(each.key().file + QStringLiteral(".jpg"), names);
        write(name, each->row());
        each->picture_address = addressOf(folder + QLatin1Char('/') + name);
    }
}

QString captionOf(const Medium& medium, const ExportedMedium& shown) {
    QString name = QFileInfo(medium.file).fileName();
    const QString part = clipText(medium.clip);
    if (!part.isEmpty()) return QStringLiteral("%1 (%2)").arg(name, part);
    if (shown.seconds <= 0) return name;
    return QStringLiteral("%1 (%2)").arg(name, timeText(shown.seconds));
}

QString addressOf(const QString& path) {
    return QString::fromLatin1(QUrl::toPercentEncoding(path, "/"));
}

QString freeName(const QString& path, QSet<QString>& names) {
    const QString own = QFileInfo(path).fileName();
    QString name = own;
    for (int i = 2; names.contains(name); ++i) name = QStringLiteral("%1-%2").arg(i).arg(own);
    names.insert(name);
    return name;
}

QByteArray jpegOf(const QImage& picture) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    picture.save(&buffer, "JPEG", kQuality);
    return bytes;
}

}  // namespace univi::ui
