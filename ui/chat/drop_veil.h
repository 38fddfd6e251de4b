#pragma once

#include <QLabel>
#include <QStringList>

namespace univi::ui {

/// Takes pictures and videos that are dropped on a page, and lies over a part of it while they are
/// held there. Has the page accept drops.
class DropVeil : public QLabel {
    Q_OBJECT
  public:
    /// `over`: the part of the page that is covered.
    DropVeil(QWidget* page, QWidget* over);

  Q_SIGNALS:
    void dropped(const QStringList& files);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    bool filterDrop(QEvent* event);
    void cover();

    QWidget* page_;
    QWidget* over_;
};

}  // namespace univi::ui
