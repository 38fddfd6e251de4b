#pragma once

#include <QFrame>

class QPlainTextEdit;
class QPushButton;

namespace univi::ui {

/// The field in which a question that was asked is changed, in the place of its bubble. Enter asks,
/// Escape leaves it as it was. While the conversation is busy it can be written in, not sent.
class QuestionEditor : public QFrame {
    Q_OBJECT
  public:
    explicit QuestionEditor(QWidget* parent = nullptr);
    void begin(const QString& question);
    void setBusy(bool busy);

  Q_SIGNALS:
    void submitted(const QString& question);
    void cancelled();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void submit();
    QPlainTextEdit* editor_;
    QPushButton* ask_;
    bool busy_ = false;
};

}  // namespace univi::ui
