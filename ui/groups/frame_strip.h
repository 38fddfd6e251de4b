#pragma once

#include <QHash>
#include <QImage>
#include <QWidget>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// The frames of a video as a strip of thumbnails over their events as coloured spans, with a bar
/// below each for what a word paid to it. A group of an event that is lit is shown in the
/// thumbnails of all its frames. Click or drag to go to a frame; wheel and arrow keys step, with
/// Ctrl from one event to the next. Thumbnails thin out when there are more frames than fit.
class FrameStrip : public QWidget {
    Q_OBJECT
  public:
    explicit FrameStrip(GroupSelection* selection, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {360, 92}; }
    QSize minimumSizeHint() const override { return {160, 92}; }
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
    void paintLit(QPainter& painter, int frame, const QRectF& cell, const QRectF& source,
                  const QSize& size) const;
    void paintEvents(QPainter& painter);
    void paintBar(QPainter& painter, const QRectF& span, double part, const QColor& color) const;
    void stepEvent(int step);
    const QImage& thumbnail(int frame);

    GroupSelection* selection_;
    QHash<QString, QImage> thumbnails_;
};

}  // namespace univi::ui
