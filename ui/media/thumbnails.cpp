#include "ui/media/thumbnails.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QImageReader>
#include <QProcess>
#include <QSaveFile>
#include <QTimer>

#include "core/base/error.h"
#include "core/base/media_cache.h"
#include "core/base/paths.h"
#include "ui/media/media_kind.h"

namespace univi::ui {
namespace {

constexpr qint64 kMaxPixels = 64'000'000;
constexpr int kMaxMegabytes = 300;
constexpr int kMostChildren = 2;
constexpr int kLongestMs = 60'000;

/// The samples' posters, which came with the program, need no child of their own.
bool isOurs(const QString& file) {
    try {
        static const QString resources = QString::fromStdString(base::resources_folder().string());
        return QFileInfo(file).absoluteFilePath().startsWith(resources + QLatin1Char('/'));
    } catch (const base::Error&) {
        return false;
    }
}

/// Formats Qt decodes by itself from plain raster data: none that can name other files (SVG) or
/// run long (PDF).
bool isPlainRaster(const QByteArray& format) {
    static const QSet<QByteArray> known{"jpeg", "jpg", "png", "bmp", "webp",
                                        "tiff", "tif", "gif", "ppm", "pgm"};
    return known.contains(format.toLower());
}

}  // namespace

QString thumbnailProgram() {
    const QString named = qEnvironmentVariable("UNIVI_THUMBNAIL");
    return named.isEmpty()
               ? QCoreApplication::applicationDirPath() + QStringLiteral("/univi-thumbnail")
               : named;
}

QImage readSmallPicture(const QString& file, int side) {
    QImageReader::setAllocationLimit(kMaxMegabytes);
    QImageReader reader(file);
    reader.setAutoTransform(true);
    if (!reader.canRead() || !isPlainRaster(reader.format())) return {};
    const QSize size = reader.size();
    if (!size.isValid() || qint64(size.width()) * size.height() > kMaxPixels) return {};
    if (std::max(size.width(), size.height()) > side)
        reader.setScaledSize(size.scaled(side, side, Qt::KeepAspectRatio).expandedTo({1, 1}));
    return reader.read();
}

Thumbnails::Thumbnails(const QString& folder, QObject* parent, ThumbnailReading reading)
    : QObject(parent),
      folder_(folder.isEmpty() ? QString::fromStdString(base::thumbnail_folder().string())
                               : folder),
      reading_(reading) {
    QDir().mkpath(folder_);
    pool_.setMaxThreadCount(1);
}

Thumbnails::~Thumbnails() {
    for (QProcess* child : std::as_const(children_)) {
        disconnect(child, nullptr, this, nullptr);
        child->kill();
        child->waitForFinished();
    }
    pool_.clear();
    pool_.waitForDone();
}

QImage Thumbnails::get(const QString& file) {
    const auto found = images_.constFind(file);
    if (found != images_.constEnd()) return *found;
    if (wanted_.contains(file)) return {};
    const QString cached = cacheFile(file);
    if (QFile::exists(cached))
        load(file, cached);
    else if (isOurs(file) && mediaKind(file) == MediaKind::Picture)
        load(file, file);
    else if (QFileInfo(file).isFile() && mediaKind(file) != MediaKind::Unknown)
        make(file);
    return {};
}

void Thumbnails::setClipFrame(const QString& clip, const QString& framePicture) {
    if (!images_.value(clip).isNull()) return;
    wanted_.remove(clip);
    waiting_.removeAll(clip);
    images_.remove(clip);
    load(clip, framePicture);
}

void Thumbnails::load(const QString& file, const QString& picture) {
    wanted_.insert(file);
    pool_.start([this, file, picture, cached = cacheFile(file)] {
        const QImage image = readSmallPicture(picture, kSide);
        // Whole or not at all: another start may read it, and this one may be killed.
        QSaveFile out(cached);
        if (!image.isNull() && picture != cached && out.open(QIODevice::WriteOnly) &&
            image.save(&out, "PNG"))
            out.commit();
        QMetaObject::invokeMethod(this, [this, file, image] {
            wanted_.remove(file);
            images_.insert(file, image);
            if (!image.isNull()) Q_EMIT ready(file);
        });
    });
}

void Thumbnails::make(const QString& file) {
    wanted_.insert(file);
    waiting_.enqueue(file);
    startNext();
}

void Thumbnails::startNext() {
    while (!waiting_.isEmpty() && children_.size() < kMostChildren) {
        const QString file = waiting_.dequeue();
        auto* child = new QProcess(this);
        children_ << child;
        const auto end = [this, child, file](const QString& made) {
            children_.removeAll(child);
            child->deleteLater();
            onMade(file, made);
            startNext();
        };
        connect(child, &QProcess::finished, this,
                [this, end, file](int code, QProcess::ExitStatus status) {
                    const bool is_made = status == QProcess::NormalExit && code == 0;
                    end(is_made ? cacheFile(file) : QString());
                });
        connect(child, &QProcess::errorOccurred, this, [end, file](QProcess::ProcessError error) {
            // Half an installation: better a picture as Qt reads it than none.
            if (error == QProcess::FailedToStart)
                end(mediaKind(file) == MediaKind::Picture ? file : QString());
        });
        QTimer::singleShot(kLongestMs, child, &QProcess::kill);
        QStringList arguments{QStringLiteral("--side"), QString::number(kSide)};
        if (reading_ == ThumbnailReading::Reference) arguments << QStringLiteral("--reference");
        child->start(thumbnailProgram(), arguments << QStringLiteral("--")
                                                   << QFileInfo(file).absoluteFilePath()
                                                   << cacheFile(file));
    }
}

void Thumbnails::onMade(const QString& file, const QString& made) {
    if (!wanted_.contains(file)) return;  // a clip's frame came from elsewhere
    if (!made.isEmpty()) return load(file, made);
    wanted_.remove(file);
    images_.insert(file, {});
}

/// Named by path, time of change and reading, so that a replaced file gets a new one.
QString Thumbnails::cacheFile(const QString& file) const {
    const QFileInfo info(file);
    const QString key = info.absoluteFilePath() + QLatin1Char('|') +
                        QString::number(info.lastModified().toMSecsSinceEpoch()) +
                        (reading_ == ThumbnailReading::People ? QLatin1String("|people")
                                                              : QLatin1String("|reference"));
    const QByteArray hash =
        QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
    return QDir(folder_).filePath(QString::fromLatin1(hash) + QStringLiteral(".png"));
}

}  // namespace univi::ui
