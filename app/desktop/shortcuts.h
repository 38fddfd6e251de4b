#pragma once

#include <QDialog>
#include <QKeySequence>
#include <QList>
#include <functional>

namespace univi::ui {

/// One thing the keyboard can do. The same table makes the shortcuts work and fills the F1 list.
struct Shortcut {
    QKeySequence key;
    QString text;
    std::function<void()> run;  ///< empty: only listed, the key belongs to a part of the window
};

void installShortcuts(QWidget* window, const QList<Shortcut>& shortcuts);

/// The list that F1 shows.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
  public:
    ShortcutsDialog(const QList<Shortcut>& shortcuts, QWidget* parent);

  private:
    void fitInto(const QWidget* parent, const QSize& list);
};

}  // namespace univi::ui
