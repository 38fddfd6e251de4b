#pragma once

#include <QObject>
#include <QString>

#include "core/protocol/engine_protocol.h"
#include "ui/session/line_child.h"

namespace univi::ui {

/// One run of the univi-engine program: lines in, events out, nothing else. EngineClient makes a
/// new one for every start. GUI thread; never waits, but for the destructor, which gives the child
/// two seconds to end by itself.
class EngineProcess : public QObject {
    Q_OBJECT
  public:
    EngineProcess(const QString& program, const QStringList& arguments, QObject* parent = nullptr);

    void start();
    /// Ends the child at once and this object with it, without waiting. The engine keeps nothing
    /// that could be lost.
    void retire();
    void send(const protocol::Request& request);
    qint64 processId() const { return child_.processId(); }

  Q_SIGNALS:
    void eventArrived(const univi::protocol::Event& event);
    /// The child ended, whatever the reason; `failedToStart` when it never ran. Emitted once.
    void ended(bool failedToStart, const QString& detail);

  private:
    void readEvent(const QByteArray& line);
    QString program_;
    QStringList arguments_;
    LineChild child_{nullptr, LineChild::Farewell::EndOfInput};
};

}  // namespace univi::ui
