#pragma once

#include <QLabel>

namespace univi::ui {

/// Plain text that wraps between words, and inside a word where it must: a long path never widens
/// its parent. Its menu copies the whole text.
class WrapLabel : public QLabel {
    Q_OBJECT
  public:
    explicit WrapLabel(const QString& text = {}, const char* type = "", QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    int heightForWidth(int width) const override;

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    /// Lays the text out for a width and draws it when there is a painter. Returns its height.
    int layOut(int width, QPainter* painter) const;
    int offset(int height) const;
};

}  // namespace univi::ui
