#pragma once

#include <QDialog>
#include <QKeySequence>
#include <QList>
#include <functional>

class QShortcut;

namespace univi::ui {

class AppSettings;

/// One thing the keyboard can do. The same table makes the shortcuts work, fills the F1 list and
/// the keys in Settings.
struct Shortcut {
    QKeySequence key;
    QString text;
    std::function<void()> run;  ///< empty: only listed, the key belongs to a part of the window
    QString id{};               ///< its name in the settings; empty: its key stays as it is
    QKeySequence own_key{};     ///< the program's; `key` is a person's where they differ
};

/// Gives each shortcut the key that a person chose for it.
QList<Shortcut> withChosenKeys(QList<Shortcut> shortcuts, const AppSettings& settings);

/// Makes the keys of a window work, and follows what a person chooses. GUI thread.
class Shortcuts : public QObject {
    Q_OBJECT
  public:
    /// `table` gives the commands with the keys they have now.
    Shortcuts(QWidget* window, AppSettings* settings, std::function<QList<Shortcut>()> table);

  private:
    void install();
    std::function<QList<Shortcut>()> table_;
    QWidget* window_;
    QList<QShortcut*> installed_;
};

/// The list that F1 shows.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
  public:
    ShortcutsDialog(const QList<Shortcut>& shortcuts, QWidget* parent);

  private:
    void fitInto(const QWidget* parent, const QSize& list);
};

}  // namespace univi::ui
