#pragma once

#include <QTimer>
#include <QToolButton>
#include <functional>

namespace univi::ui {

/// Puts a text on the clipboard and says "Copied" on itself for a moment. GUI thread.
class CopyButton : public QToolButton {
    Q_OBJECT
  public:
    /// `what`: the tool tip and accessible name, e.g. "Copy the reply"; `text` gives what is copied
    /// at the click.
    CopyButton(const QString& what, std::function<QString()> text, QWidget* parent = nullptr);

    /// Copies as a click does.
    void copy();
    /// Back to the resting look at once.
    void reset();
    bool saysCopied() const { return said_.isActive(); }

  Q_SIGNALS:
    void copied();

  private:
    void rest();
    QString what_;
    std::function<QString()> text_;
    QTimer said_;
};

/// Says "Copied" for a moment on a button that has a text of its own and does the copying itself.
void sayCopied(QAbstractButton* button);

}  // namespace univi::ui
