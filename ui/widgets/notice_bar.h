#pragma once

#include <QFrame>
#include <QString>

class QHBoxLayout;
class QLabel;
class QPushButton;
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
    Kind kind_ = Kind::Info;
    QLabel* icon_;
    WrapLabel* label_;
    QHBoxLayout* actions_;
    QToolButton* close_;
};

}  // namespace univi::ui
