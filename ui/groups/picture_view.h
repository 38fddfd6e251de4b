#pragma once

#include <QVariantAnimation>
#include <QWidget>

#include "ui/groups/picture_painter.h"
#include "ui/groups/zoom.h"

namespace univi::ui {

/// The frame with its groups. Hover lights a group up, a click pins it; arrow keys step through
/// groups and frames. The wheel, a pinch and the keys + and - zoom, a drag moves the enlarged
/// picture, 0 fits it again. Another stage's groups flow out of the one before, where the desktop
/// wants motion.
class PictureView : public QWidget {
    Q_OBJECT
  public:
    explicit PictureView(GroupSelection* selection, QWidget* parent = nullptr);
    /// The frame's pixels; null: an empty view with `message`.
    void setPicture(const QImage& picture);
    void setMessage(const QString& message);
    const PicturePainter& painter() const { return painter_; }
    QRectF pictureRect() const;
    const Zoom& zoom() const { return zoom_; }
    QSize sizeHint() const override { return {360, 300}; }

  Q_SIGNALS:
    void playRequested();  ///< the space bar
    /// Another patch is under the mouse; -1: none.
    void patchPointedAt(int patch);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool event(QEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    int patchUnder(const QPointF& position) const;
    int groupAt(const QPointF& position) const;
    void pointAt(int patch);
    void prepare();
    void followUnit();
    void endFlow();
    void describe();
    void zoomBy(double times, const QPointF& position);
    bool zoomKey(int key);
    void paintZoom(QPainter& painter) const;

    GroupSelection* selection_;
    GroupUnit unit_;
    PicturePainter painter_;
    QVariantAnimation flow_;  ///< from one stage into another
    QImage picture_;
    QString message_;
    Zoom zoom_;
    QPointF pressed_, dragged_;  ///< where the mouse went down and was last, while it is
    bool drags_ = false;
    int patch_ = -1;  ///< under the mouse
};

}  // namespace univi::ui
