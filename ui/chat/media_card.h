#pragma once

#include <QAbstractButton>

#include "ui/chat/medium.h"
#include "ui/media/media_kind.h"

namespace univi::ui {

class Thumbnails;

/// A medium as a small picture with round corners, its name below, and a badge when it is a clip.
/// Click: show its groups, or look for its file when that is gone. Where it can be removed, a small
/// button appears under the mouse, and Delete does the same.
class MediaCard : public QAbstractButton {
    Q_OBJECT
  public:
    /// Own: the picture's own, inside the size. Filled: of all the same, the picture's middle.
    enum class Shape { Own, Filled };
    MediaCard(const Medium& medium, Thumbnails* thumbnails, QSize picture, Shape shape = Shape::Own,
              QWidget* parent = nullptr);
    const Medium& medium() const { return medium_; }
    const QString& file() const { return medium_.file; }
    bool isMissing() const { return missing_; }
    void setRemovable(bool removable);
    QSize sizeHint() const override;

  Q_SIGNALS:
    void removeRequested();
    /// Something is to be asked about a part of the video.
    void partRequested();

  protected:
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    Medium medium_;
    MediaKind kind_;
    Thumbnails* thumbnails_;
    void fit();
    void lookForFile();
    QString name() const;
    QString shownName(const QFontMetrics& metrics, int width) const;
    QSize largest_, picture_;
    Shape shape_;
    QAbstractButton* remove_ = nullptr;
    bool missing_ = false;
};

/// Draws `image` filling `rect` (its middle where the shapes differ) with round corners; without an
/// image, the icon of the kind on a quiet ground.
void paintThumbnail(QPainter& painter, const QRectF& rect, const QImage& image, MediaKind kind,
                    double radius);

}  // namespace univi::ui
