#pragma once

#include <QWidget>

#include "ui/groups/picture_painter.h"

namespace univi::ui {

/// The frame with its groups. Hover lights a group up, a click pins it; arrow keys step through
/// groups and frames.
class PictureView : public QWidget {
    Q_OBJECT
  public:
    explicit PictureView(GroupSelection* selection, QWidget* parent = nullptr);
    /// The frame's pixels; null: an empty view with `message`.
    void setPicture(const QImage& picture);
    void setMessage(const QString& message);
    const PicturePainter& painter() const { return painter_; }
    QRectF pictureRect() const;
    QSize sizeHint() const override { return {360, 300}; }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

  private:
    int groupAt(const QPointF& position) const;
    void prepare();

    GroupSelection* selection_;
    PicturePainter painter_;
    QImage picture_;
    QString message_;
};

}  // namespace univi::ui
