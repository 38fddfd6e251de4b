#pragma once

#include <QAbstractButton>

#include "ui/chat/media_kind.h"

namespace univi::ui {

class Thumbnails;

/// A medium as a small picture with round corners, its name below, and a badge when it is a clip.
/// Click: show its groups.
class MediaCard : public QAbstractButton {
    Q_OBJECT
  public:
    MediaCard(const QString& file, Thumbnails* thumbnails, QSize picture,
              QWidget* parent = nullptr);
    const QString& file() const { return file_; }
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QString file_;
    MediaKind kind_;
    Thumbnails* thumbnails_;
    void fit();
    QSize largest_, picture_;
};

/// Draws `image` filling `rect` (its middle where the shapes differ) with round corners; without an
/// image, the icon of the kind on a quiet ground.
void paintThumbnail(QPainter& painter, const QRectF& rect, const QImage& image, MediaKind kind,
                    double radius);

}  // namespace univi::ui
