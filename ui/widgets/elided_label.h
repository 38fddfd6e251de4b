#pragma once

#include <QLabel>

namespace univi::ui {

/// One line of text that shortens with "…" instead of widening its parent; the whole text is its
/// tool tip then.
class ElidedLabel : public QLabel {
    Q_OBJECT
  public:
    explicit ElidedLabel(const QString& text = {}, QWidget* parent = nullptr);
    void setElideMode(Qt::TextElideMode mode);
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    Qt::TextElideMode mode_ = Qt::ElideRight;
};

}  // namespace univi::ui
