#pragma once

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QStringList>

#include "ui/session/line_child.h"

namespace univi::ui {

/// univi-train beside this program, or $UNIVI_TRAIN.
QString trainProgram();

/// univi-train asked one thing (--plan, --check-data): it answers on stdout and ends. Training runs
/// are not started here. GUI thread; never waits, but for the destructor, which ends the child.
class TrainChild : public QObject {
    Q_OBJECT
  public:
    struct Result {
        bool ended = false;  ///< by itself, with `code`; else it never ran, died or was stopped
        bool stopped = false;
        int code = -1;  ///< 0 good, 1 failed or "does not fit", 2 bad usage
        QByteArray output;
        QString problem;  ///< the last error of its log, or why it never ran or died; one sentence
    };
    explicit TrainChild(QObject* parent = nullptr);
    ~TrainChild() override;

    /// Ends what runs without a word and starts anew.
    void ask(const QStringList& arguments, const QString& working_folder = {});
    /// Asks the child to end (SIGTERM); finished() follows, `stopped` set. Killed when it has not
    /// ended in five seconds.
    void stop();
    /// Ends it at once; no signal follows.
    void drop();
    bool isRunning() const { return child_ != nullptr; }

  Q_SIGNALS:
    /// A line of its standard output, without its end.
    void printed(const QByteArray& line);
    void finished(const univi::ui::TrainChild::Result& result);

  private:
    void takeLogLine(const QByteArray& line);
    void finish(const LineChild::End& end);
    LineChild* child_ = nullptr;
    QByteArray output_;
    QString last_error_;
    bool stopped_ = false;
};

}  // namespace univi::ui
