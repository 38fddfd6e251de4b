#pragma once

#include <QLabel>

namespace univi::ui {

/// Returns `text` where it fits into `width` pixels, else `shorter` if there is one; what is still
/// too long is cut with "…".
QString textThatFits(const QFontMetrics& metrics, int width, const QString& text,
                     const QString& shorter = {}, Qt::TextElideMode mode = Qt::ElideRight);

/// One line of text that shortens with "…" instead of widening its parent; the whole text is its
/// tool tip then. Where not even a letter fits, nothing is shown.
class ElidedLabel : public QLabel {
    Q_OBJECT
  public:
    explicit ElidedLabel(const QString& text = {}, QWidget* parent = nullptr);
    void setElideMode(Qt::TextElideMode mode);

    /// Shows `text`, and `shorter` in its place where `text` does not fit; text() is `text`.
    void setTextOrShorter(const QString& text, const QString& shorter);
    /// Shows the first of `texts` that fits, else the last one cut; text() is the first.
    void setTexts(const QStringList& texts);

    /// What is painted at the present width.
    QString shown() const;
    QSize minimumSizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    /// What stands first in it is text(): setText alone leaves the others without effect.
    QStringList texts_;
    Qt::TextElideMode mode_ = Qt::ElideRight;
};

}  // namespace univi::ui
