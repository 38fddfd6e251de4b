#pragma once

#include <QHash>
#include <QImage>
#include <QObject>
#include <QQueue>
#include <QSet>
#include <QThreadPool>

class QProcess;

namespace univi::ui {

/// How the files behind the thumbnails are read: as chat shows them to the model, or as evaluation
/// and training do (core/media/image.h, Reading).
enum class ThumbnailReading { People, Reference };

/// Returns the program that reads files for small pictures: univi-thumbnail beside this one, or
/// what the environment variable UNIVI_THUMBNAIL names.
QString thumbnailProgram();

/// Small pictures of media files. The program univi-thumbnail reads the files, so that what is
/// wrong with one ends there and not in the window; it reads them as the model's engine does:
/// turned upright, on white, first frames of clips too. Kept in memory and in the cache
/// folder. GUI thread.
class Thumbnails : public QObject {
    Q_OBJECT
  public:
    static constexpr int kSide = 480;  ///< longest side in pixels

    /// `folder` empty: the cache folder's thumbnails/.
    explicit Thumbnails(const QString& folder = {}, QObject* parent = nullptr,
                        ThumbnailReading reading = ThumbnailReading::People);
    ~Thumbnails() override;

    /// The thumbnail, or a null image while (or when) there is none; `ready` follows when
    /// it is made.
    QImage get(const QString& file);
    /// The first frame of a clip became known.
    void setClipFrame(const QString& clip, const QString& framePicture);

  Q_SIGNALS:
    void ready(const QString& file);

  private:
    void load(const QString& file, const QString& picture);
    void make(const QString& file);
    void startNext();
    void onMade(const QString& file, const QString& made);
    QString cacheFile(const QString& file) const;
    QString folder_;
    ThumbnailReading reading_;
    QHash<QString, QImage> images_;
    QSet<QString> wanted_;
    QQueue<QString> waiting_;    ///< files that a child is to read
    QList<QProcess*> children_;  ///< under way
    QThreadPool pool_;
};

/// Reads a picture scaled to at most `side`; null when it is no picture of the usual formats or
/// beyond 64 megapixels. For pictures that the program itself wrote.
QImage readSmallPicture(const QString& file, int side);

}  // namespace univi::ui
