#pragma once

#include <QColor>
#include <QList>
#include <QWidget>

namespace univi::ui {

/// Memory as a bar: parts one after the other, and how much there is. What goes beyond is drawn in
/// the colour of danger.
class MemoryBar : public QWidget {
    Q_OBJECT
  public:
    struct Part {
        QString name;
        qint64 bytes = 0;
        QColor color;
    };
    explicit MemoryBar(QWidget* parent = nullptr);
    /// `limit` 0: not known.
    void setParts(const QList<Part>& parts, qint64 limit);
    QSize sizeHint() const override;

  protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

  private:
    QList<Part> parts_;
    qint64 limit_ = 0;
};

}  // namespace univi::ui
