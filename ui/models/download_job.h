#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QObject>
#include <QStringList>

#include "core/protocol/download_protocol.h"
#include "ui/session/line_child.h"

namespace univi::ui {

/// A repository of the hub that is fetched into the cache by a child, univi-cli download: the
/// window neither asks the network nor writes the files. It can be paused and goes on from what is
/// there, after a kill as well. GUI thread.
class DownloadJob : public QObject {
    Q_OBJECT
  public:
    enum class State {
        Waiting,  ///< for its turn
        Running,
        Pausing,  ///< the child is ending
        Paused,
        Failed,    ///< problem() says why
        Done,      ///< folder() has it
        Removing,  ///< what came so far is being removed
        Removed
    };
    /// Of one file.
    struct File {
        QString path;
        qint64 size = -1, bytes = 0;
        bool isMoving() const { return bytes > 0 && bytes != size; }
    };
    /// Of all files.
    struct Progress {
        qint64 total = 0, bytes = 0, fetched = 0;
        int files = 0;  ///< whole ones
    };

    /// `given`: owner/name or an address; `program`: univi-cli.
    DownloadJob(const QString& given, const QString& program, QObject* parent = nullptr);

    State state() const { return state_; }
    /// What was asked for.
    QString given() const { return given_; }
    /// "owner/name" once the hub was asked, before that what was given.
    QString name() const { return name_; }
    QString problem() const { return problem_; }
    /// True where what was given names no repository.
    bool isRefused() const { return is_refused_; }
    QString folder() const { return folder_; }
    bool hasPlan() const { return has_plan_; }
    const Progress& progress() const { return progress_; }
    const QList<File>& files() const { return files_; }
    /// Bytes a second since this start; 0: not known yet.
    double speed() const;
    /// The child's process.
    qint64 processId() const { return child_.processId(); }

    void start();
    /// Keeps what is there. A waiting job waits no longer.
    void pause();
    /// Lets a paused or failed job wait for its turn again.
    void queue();
    /// Ends it and removes what came so far; whole files stay. Then it is Removed.
    void remove();

  Q_SIGNALS:
    /// Its state, or how far it is.
    void changed();
    void stateChanged();

  private:
    enum class Work { Fetch, Discard };
    void read(const QByteArray& line);
    void take(const protocol::download::PlanEvent& plan);
    void take(const protocol::download::ProgressEvent& progress);
    void take(const protocol::download::DoneEvent& done);
    void onEnd(const LineChild::End& end);
    void discard();
    void setState(State state);

    QString given_, name_, program_, problem_, folder_;
    State state_ = State::Waiting;
    Work work_ = Work::Fetch;
    bool has_plan_ = false, is_refused_ = false, wants_removal_ = false;
    Progress progress_;
    QList<File> files_;
    QHash<QString, qsizetype> places_;  ///< of files_, by path
    QElapsedTimer since_;
    LineChild child_;
};

}  // namespace univi::ui
