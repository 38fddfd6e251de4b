#pragma once

#include <QRectF>

namespace univi::ui {

/// How a picture lies in its view: fitted, or larger and moved. Plain numbers in the view's pixels.
class Zoom {
  public:
    static constexpr double kMost = 12;

    double factor() const { return factor_; }
    bool isFitted() const { return factor_ <= 1; }
    void fit() { *this = {}; }
    /// Returns where the picture lies in a view of size `room`: centred where it is smaller than
    /// the view, without a gap at an edge where it is larger.
    QRectF place(const QSizeF& picture, const QSizeF& room) const;
    /// Makes the picture `times` as large; what lies at `position` stays there as far as possible.
    void by(double times, const QPointF& position, const QSizeF& picture, const QSizeF& room);
    /// Moves the picture by `way`.
    void pan(const QPointF& way, const QSizeF& picture, const QSizeF& room);

  private:
    void hold(const QPointF& top_left, const QSizeF& picture, const QSizeF& room);

    double factor_ = 1;
    QPointF center_{0.5, 0.5};  ///< of the view, in shares of the picture
};

}  // namespace univi::ui
