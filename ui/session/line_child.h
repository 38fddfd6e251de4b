#pragma once

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTimer>

namespace univi::ui {

/// Returns the path of another program of this installation: `name` beside the running one.
QString programBeside(const QString& name);

/// Owns a child process that speaks in lines. It hands over each line of standard output and of
/// standard error and tells how the child ended. It can be started again after each end. GUI
/// thread; only endNow() and the destructor wait, for at most a few seconds.
class LineChild : public QObject {
    Q_OBJECT
  public:
    /// What asks the child to end: SIGTERM, or the end of its standard input.
    enum class Farewell { Signal, EndOfInput };
    struct End {
        enum class How { Exited, Crashed, NotStarted };
        How how = How::NotStarted;
        int code = -1;  ///< its exit code, or the signal that ended it
        /// The last line of its standard error without the program's name, or why it did not start.
        QString sentence;
        bool isGood() const { return how == How::Exited && code == 0; }
    };
    explicit LineChild(QObject* parent = nullptr, Farewell farewell = Farewell::Signal);
    /// Ends the child as endNow() does.
    ~LineChild() override;

    /// Starts the program in `folder`, or in this program's folder when that is empty.
    void start(const QString& program, const QStringList& arguments, const QString& folder = {});
    /// Gives children that are started from now on a variable of their environment; an empty value
    /// takes it away.
    void setVariable(const QString& name, const QString& value);
    /// Lets the children that are started from now on have an open file of this process, under the
    /// same number; -1: none.
    void passDescriptor(int descriptor);
    void write(const QByteArray& bytes) { process_.write(bytes); }
    void closeInput() { process_.closeWriteChannel(); }
    /// Asks the child to end. Kills it when it still runs after `patience_ms`; 0 waits for ever.
    void stop(int patience_ms = 0);
    void kill() { process_.kill(); }
    /// Asks the child to end, waits and kills it if need be. No signal follows.
    void endNow();
    /// Emits nothing any more, kills the child and deletes this object after its end. Never waits.
    void abandon();
    bool isRunning() const { return process_.state() != QProcess::NotRunning; }
    qint64 processId() const { return process_.processId(); }

  Q_SIGNALS:
    /// A line of standard output that is not empty, without its end.
    void lineArrived(const QByteArray& line);
    /// A line of standard error that is not blank, trimmed.
    void logArrived(const QByteArray& line);
    /// The child ended or could not be started. Emitted once a start.
    void ended(const univi::ui::LineChild::End& end);

  private:
    void readLines();
    void readLog(bool is_over);
    void finish(End::How how, int code);

    QProcess process_;
    QTimer patience_;  ///< runs out when a child that was asked to end is killed
    QByteArray lines_, log_, last_log_;
    Farewell farewell_;
    bool is_silent_ = false;
};

}  // namespace univi::ui
