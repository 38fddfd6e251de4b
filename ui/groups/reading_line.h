#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;

namespace univi::ui {

/// How far a clip is read; without height where none is being read. GUI thread.
class ReadingLine : public QWidget {
    Q_OBJECT
  public:
    explicit ReadingLine(QWidget* parent = nullptr);
    void show(const QString& name, int frames_read, int frames_total);

  private:
    QLabel* text_;
    QProgressBar* bar_;
};

}  // namespace univi::ui
