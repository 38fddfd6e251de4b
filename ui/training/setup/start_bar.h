#pragma once

#include <QFrame>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace univi::ui {

/// The foot of the set-up: the command that will run, to look at and to copy, and the buttons that start it.
class StartBar : public QFrame {
    Q_OBJECT
  public:
    explicit StartBar(QWidget* parent = nullptr);
    void setCommand(const QString& command);
    QString command() const;
    /// `why`: shown beside disabled buttons.
    void setReady(bool ready, const QString& why);

  Q_SIGNALS:
    void startWanted(bool queued);
    void cancelled();

  private:
    void copy();
    QPlainTextEdit* command_;
    QLabel* why_;
    QPushButton *copy_, *queue_, *start_;
};

}  // namespace univi::ui
