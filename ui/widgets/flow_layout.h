#pragma once

#include <QLayout>
#include <QList>

namespace univi::ui {

/// Items side by side, wrapping into rows as the width asks, like words of a line. Right to
/// left on demand.
class FlowLayout : public QLayout {
  public:
    FlowLayout(int spacing, Qt::Alignment alignment, QWidget* parent = nullptr);
    ~FlowLayout() override;
    void addItem(QLayoutItem* item) override;
    int count() const override { return int(items_.size()); }
    QLayoutItem* itemAt(int index) const override { return items_.value(index); }
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    void setGeometry(const QRect& rect) override;
    QSize sizeHint() const override;
    QSize minimumSize() const override;

  private:
    int arrange(const QRect& rect, bool apply) const;
    QList<QLayoutItem*> items_;
    Qt::Alignment alignment_;
};

}  // namespace univi::ui
