#pragma once

#include <QObject>
#include <QTimer>

namespace univi::ui {

/// Waits for the end of one request, and knows when that takes too long: the process does not react
/// any more. GUI thread.
class Patience : public QObject {
    Q_OBJECT
  public:
    explicit Patience(int milliseconds, QObject* parent = nullptr);

    /// Begins to wait for this one, unless it waits for it already.
    void watch(qint64 id);
    /// The request is over; one that is not waited for changes nothing.
    void end(qint64 id);
    /// Waits for nothing any more.
    void reset();
    /// What is waited for; 0: nothing.
    qint64 id() const { return id_; }
    bool isLost() const { return is_lost_; }

  Q_SIGNALS:
    /// isLost() is another.
    void lostChanged(bool isLost);

  private:
    void setLost(bool isLost);

    QTimer timer_;
    qint64 id_ = 0;
    bool is_lost_ = false;
};

}  // namespace univi::ui
