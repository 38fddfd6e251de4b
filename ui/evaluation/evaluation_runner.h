#pragma once

#include <QObject>

#include "core/protocol/eval_protocol.h"
#include "ui/evaluation/evaluation_setup.h"
#include "ui/session/line_child.h"

namespace univi::ui {

/// Runs an evaluation: univi-cli eval as a child, one checkpoint after the other, its progress read
/// as JSON lines. Stopping keeps what was answered; starting the same again goes on there. GUI
/// thread; never waits, but in the destructor, which gives the child two seconds to end.
class EvaluationRunner : public QObject {
    Q_OBJECT
  public:
    /// `program` empty: univi-cli beside the running executable.
    explicit EvaluationRunner(const QString& program = {}, QObject* parent = nullptr);

    struct Progress {
        QString doing;         ///< "demo: random, question 12 of 500"
        QString ending;        ///< "3 min left"; empty when it is not known
        double fraction = -1;  ///< below 0: not known
        int unanswered = 0;
    };

    void start(const EvaluationSetup& setup);
    void stop();
    /// Goes on with the last setup where it stopped.
    void resume();
    bool isRunning() const { return child_.isRunning(); }
    bool canResume() const { return !isRunning() && !waiting_.isEmpty(); }
    const EvaluationSetup& setup() const { return setup_; }

  Q_SIGNALS:
    void started();
    void progressed(const univi::ui::EvaluationRunner::Progress& progress);
    /// A checkpoint's results were written.
    void resultsWritten(const QString& file);
    /// All checkpoints are done.
    void finished();
    /// It ended early: stopped by its user (empty sentence), or with the sentences of the
    /// checkpoints that failed. One that fails does not keep the next ones from being asked.
    void ended(const QString& sentence);

  private:
    void startNext();
    void handle(const QByteArray& line);
    void take(const protocol::evaluation::LoadEvent& load);
    void take(const protocol::evaluation::ProgressEvent& event);
    void take(const protocol::evaluation::JudgeEvent& at);
    void take(const protocol::evaluation::ResultsEvent& results);
    template <typename Other>
    void take(const Other&) {}
    void showStep(const QString& doing, qint64 done, qint64 total, double seconds);
    void onEnd(const LineChild::End& end);
    void onFailed(const QString& sentence);
    void goOn();

    QString program_;
    EvaluationSetup setup_;
    QStringList waiting_;  ///< checkpoints to ask, the first is being asked
    QStringList failed_;   ///< those that ended with a sentence; resume() tries them again
    QStringList sentences_;
    bool stopping_ = false;
    LineChild child_;
    Progress progress_;
};

}  // namespace univi::ui
