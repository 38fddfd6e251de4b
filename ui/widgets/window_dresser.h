#pragma once

#include <QObject>
#include <QString>

class QApplication;

namespace univi::ui {

/// Gives every window of the program the style sheet, its children with it. A style sheet of the
/// whole application would be taken by each widget again whenever something is put into something
/// else, while pages are built from the inside out: a second for the largest of them. GUI thread.
class WindowDresser : public QObject {
    Q_OBJECT
  public:
    explicit WindowDresser(QApplication& application);
    /// Takes another sheet, for the windows that are open too.
    void setSheet(const QString& sheet);
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    QString sheet_;
};

}  // namespace univi::ui
