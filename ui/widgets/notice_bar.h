#pragma once

#include <QFrame>
#include <QString>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QTimer;
class QToolButton;

namespace univi::ui {

class WrapLabel;

/// One sentence about something that happened, with what can be done about it, inside the page
/// instead of a box above it.
class NoticeBar : public QFrame {
    Q_OBJECT
  public:
    enum class Kind { Info, Warning, Error };
    explicit NoticeBar(QWidget* parent = nullptr);

    void showNotice(Kind kind, const QString& sentence);
    /// The notice that is shown goes by itself after some seconds in which it could be seen: not
    /// while the mouse rests on it, the keyboard is in it, or another window is worked in.
    void letPass();
    /// Buttons stand after the sentence in the order they were added; they
    /// stay until clearActions().
    QPushButton* addAction(const QString& text);
    void clearActions();
    void setDismissable(bool on);
    QString sentence() const;

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void updateIcon();
    bool isAttendedTo() const;
    Kind kind_ = Kind::Info;
    QLabel* icon_;
    WrapLabel* label_;
    QHBoxLayout* actions_;
    QToolButton* close_;
    QTimer* passing_;
};

}  // namespace univi::ui
