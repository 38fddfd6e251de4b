#pragma once

#include <QHash>
#include <QImage>
#include <QWidget>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// The frames of a video as a strip of thumbnails over their events as coloured spans. Click or
/// drag to go to a frame; wheel and arrow keys step. Thumbnails thin out when there are more
/// frames than fit.
class FrameStrip : public QWidget {
    Q_OBJECT
  public:
    explicit FrameStrip(GroupSelection* selection, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {360, 76}; }
    QSize minimumSizeHint() const override { return {160, 76}; }
    /// Span of a frame on the time line, widget pixels.
    QRectF frameSpan(int frame) const;

  Q_SIGNALS:
    void playRequested();  ///< the space bar

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

  private:
    void describe();
    int frameAt(const QPointF& position) const;
    void paintThumbnails(QPainter& painter);
    void paintEvents(QPainter& painter);
    const QImage& thumbnail(int frame);

    GroupSelection* selection_;
    QHash<QString, QImage> thumbnails_;
};

}  // namespace univi::ui
