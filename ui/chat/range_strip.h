#pragma once

#include <QImage>
#include <QWidget>

namespace univi::ui {

class RangeHandle;

/// A strip of a video's frames with two handles that hold a part of it. A handle is dragged, or
/// moved by the arrow keys (a tenth of a second), Page Up and Down (five seconds), Home and End;
/// what lies between them is dragged as a whole. Times are seconds.
class RangeStrip : public QWidget {
    Q_OBJECT
  public:
    explicit RangeStrip(QWidget* parent = nullptr);

    void setStrip(const QImage& strip, double seconds);
    /// Kept inside the video and apart by a tenth of a second.
    void setRange(double start, double end);
    double start() const { return start_; }
    double end() const { return end_; }
    double seconds() const { return seconds_; }
    QSize sizeHint() const override;

  Q_SIGNALS:
    void rangeChanged(double start, double end);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

  private:
    friend class RangeHandle;
    QRectF frame() const;
    double xOf(double time) const;
    double timeAt(double x) const;
    void take(double start, double end);
    void moveHandle(const RangeHandle* handle, double time);
    void placeHandles();

    QImage strip_;
    double seconds_ = 0, start_ = 0, end_ = 0;
    double grabbed_ = -1;  ///< time from the start to where the part was taken hold of
    RangeHandle *first_, *last_;
};

}  // namespace univi::ui
