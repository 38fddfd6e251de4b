#include "ui/chat/thumbnails.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QImageReader>

#include "core/base/paths.h"
#include "ui/chat/media_kind.h"

namespace univi::ui {
namespace {

constexpr qint64 kMaxPixels = 64'000'000;
constexpr int kMaxMegabytes = 300;

/// Formats Qt decodes by itself from plain raster data: none that can name other files (SVG) or run
/// long (PDF).
bool isPlainRaster(const QByteArray& format) {
    static const QSet<QByteArray> known{"jpeg", "jpg", "png", "bmp", "webp",
                                        "tiff", "tif", "gif", "ppm", "pgm"};
    return known.contains(format.toLower());
}

}  // namespace

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

Thumbnails::Thumbnails(const QString& folder, QObject* parent)
    : QObject(parent),
      folder_(folder.isEmpty()
                  ? QString::fromStdString((base::cache_folder() / "thumbnails").string())
                  : folder) {
    QDir().mkpath(folder_);
    pool_.setMaxThreadCount(1);
}

Thumbnails::~Thumbnails() {
    pool_.clear();
    pool_.waitForDone();
}

QImage Thumbnails::get(const QString& file) {
    const auto found = images_.constFind(file);
    if (found != images_.constEnd()) return *found;
    const QString cached = cacheFile(file);
    if (QFile::exists(cached))
        request(file, cached);
    else if (mediaKind(file) == MediaKind::Picture)
        request(file, file);
    return {};
}

void Thumbnails::setClipFrame(const QString& clip, const QString& framePicture) {
    if (!images_.value(clip).isNull()) return;
    wanted_.remove(clip);
    images_.remove(clip);
    request(clip, framePicture);
}

void Thumbnails::request(const QString& file, const QString& source) {
    if (wanted_.contains(file)) return;
    wanted_.insert(file);
    pool_.start([this, file, source, cached = cacheFile(file)] {
        const QImage image = readSmallPicture(source, kSide);
        if (!image.isNull() && source != cached) image.save(cached, "PNG");
        QMetaObject::invokeMethod(this, [this, file, image] {
            wanted_.remove(file);
            images_.insert(file, image);
            if (!image.isNull()) Q_EMIT ready(file);
        });
    });
}

/// Named by path and time of change, so that a replaced file gets a new one.
QString Thumbnails::cacheFile(const QString& file) const {
    const QFileInfo info(file);
    const QString key = info.absoluteFilePath() + QLatin1Char('|') +
                        QString::number(info.lastModified().toMSecsSinceEpoch());
    const QByteArray hash =
        QCryptographicHash::hash(key.toUtf8(), QCryptographicHash::Sha256).toHex().left(32);
    return QDir(folder_).filePath(QString::fromLatin1(hash) + QStringLiteral(".png"));
}

}  // namespace univi::ui
