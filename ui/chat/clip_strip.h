#pragma once

#include <QImage>
#include <QObject>
#include <QTemporaryDir>

#include "ui/session/line_child.h"

namespace univi::ui {

/// Some frames of a video side by side, and how long it is. The program univi-thumbnail reads the
/// file. GUI thread.
class ClipStrip : public QObject {
    Q_OBJECT
  public:
    static constexpr int kFrames = 12;

    explicit ClipStrip(QObject* parent = nullptr);
    void read(const QString& file);

  Q_SIGNALS:
    void ready(const QImage& strip, double seconds, double fps);
    /// One sentence.
    void failed(const QString& sentence);

  private:
    QString strip() const;
    void onEnd(const LineChild::End& end);

    LineChild child_;
    QTemporaryDir folder_;
    QByteArray told_;
    QString file_;
};

}  // namespace univi::ui
