#pragma once

#include <QObject>

class QWidget;

namespace univi::ui {

/// Says how long the start takes: with UNIVI_TRACE_START=1 in the environment, a line on stderr at
/// each mark with the milliseconds since the process began and the processor's time so far
/// ("start: window made 310 ms, processor 250 ms"). Without it nothing happens.
class StartTrace : public QObject {
    Q_OBJECT
  public:
    explicit StartTrace(QObject* parent = nullptr);
    void mark(const char* what) const;
    /// Marks the first time that the widget was painted.
    void markFirstPaint(QWidget* widget);
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    bool on_;
};

}  // namespace univi::ui
