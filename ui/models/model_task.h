#pragma once

#include <QObject>

#include "core/protocol/task_protocol.h"
#include "ui/session/line_child.h"

namespace univi::ui {

/// Long work on a model's folder by a child, univi-cli: reading every byte of it, or writing it
/// another way. It can be cancelled, and leaves nothing half written. GUI thread.
class ModelTask : public QObject {
    Q_OBJECT
  public:
    enum class Kind { Verify, Quantize8, Quantize4, Convert };
    enum class State { Running, Cancelling, Cancelled, Done, Failed };

    /// `model`: a folder or a repository of the cache; `out`: the folder to write, empty for
    /// Verify. Begins at once.
    ModelTask(Kind kind, const QString& model, const QString& out, const QString& program,
              QObject* parent = nullptr);

    Kind kind() const { return kind_; }
    State state() const { return state_; }
    QString model() const { return model_; }
    QString out() const { return out_; }
    double fraction() const { return fraction_; }
    /// The file or part that is worked on; what came of it; why it failed.
    QString detail() const { return detail_; }
    void cancel();

  Q_SIGNALS:
    void changed();

  private:
    QStringList arguments() const;
    void read(const QByteArray& line);
    void take(const protocol::task::ProgressEvent& progress);
    void take(const protocol::task::VerifiedEvent& verified);
    void take(const protocol::task::WrittenEvent& written);
    void onEnd(const LineChild::End& end);

    Kind kind_;
    State state_ = State::Running;
    QString model_, out_, detail_;
    double fraction_ = 0;
    LineChild child_;
};

}  // namespace univi::ui
