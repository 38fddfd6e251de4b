#pragma once

#include <QHash>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QThreadPool>

namespace univi::ui {

/// Small pictures of media files: pictures are decoded here on a worker thread, with limits on
/// format, size and memory; for a clip the engine's first frame is handed in. Kept in memory and in
/// the cache folder. GUI thread.
class Thumbnails : public QObject {
    Q_OBJECT
  public:
    static constexpr int kSide = 480;  ///< longest side in pixels

    /// `folder` empty: the cache folder's thumbnails/.
    explicit Thumbnails(const QString& folder = {}, QObject* parent = nullptr);
    ~Thumbnails() override;

    /// The thumbnail, or a null image while (or when) there is none; `ready` follows when it is
    /// made.
    QImage get(const QString& file);
    /// The first frame of a clip became known.
    void setClipFrame(const QString& clip, const QString& framePicture);

  Q_SIGNALS:
    void ready(const QString& file);

  private:
    void request(const QString& file, const QString& source);
    QString cacheFile(const QString& file) const;
    QString folder_;
    QHash<QString, QImage> images_;
    QSet<QString> wanted_;
    QThreadPool pool_;
};

/// Reads a picture scaled to at most `side`; null when it is no picture of the usual formats or
/// beyond 64 megapixels.
QImage readSmallPicture(const QString& file, int side);

}  // namespace univi::ui
