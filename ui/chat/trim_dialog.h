#pragma once

#include <QDialog>

#include "ui/chat/clip_strip.h"
#include "ui/chat/medium.h"

class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace univi::ui {

class RangeStrip;
class TimeField;

/// Chooses a part of a video: on a strip of its frames or by times, how many frames are taken of it
/// and how far apart. GUI thread.
class TrimDialog : public QDialog {
    Q_OBJECT
  public:
    explicit TrimDialog(const Medium& medium, QWidget* parent = nullptr);
    /// What is chosen now.
    base::ClipRange clip() const;

  Q_SIGNALS:
    void chosen(const univi::base::ClipRange& clip);

  private:
    void build(const QString& name);
    void wire();
    void onReady(const QImage& strip, double seconds, double fps);
    void showRange(double start, double end);
    void setFrames(int frames);
    void showFrames();
    void finish(const base::ClipRange& clip);

    Medium medium_;
    ClipStrip reader_;
    RangeStrip* strip_;
    TimeField *from_, *to_;
    QSpinBox* frames_;
    QDoubleSpinBox* every_;
    QLabel* message_;
    QPushButton *whole_, *use_;
    double fps_ = 0;
};

}  // namespace univi::ui
