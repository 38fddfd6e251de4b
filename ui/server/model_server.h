#pragma once

#include <QObject>
#include <functional>

#include "core/protocol/engine_protocol.h"
#include "core/protocol/serve_protocol.h"
#include "ui/session/line_child.h"
#include "ui/settings/app_settings.h"

namespace univi::ui {

/// The server for other programs as a child of the window, univi-cli serve: what it does wrong or
/// is asked for never reaches the window's own model. It follows the settings, ends with the
/// window, however that ends, and starts with it where it was on. GUI thread.
class ModelServer : public QObject {
    Q_OBJECT
  public:
    enum class State { Off, Starting, Running, Ending, Failed };
    struct Options {
        QString program;                                 ///< empty: univi-cli beside this one
        std::function<protocol::LoadRequest()> model{};  ///< the window's
    };
    ModelServer(AppSettings* settings, Options options, QObject* parent = nullptr);

    State state() const { return state_; }
    /// As another machine or this one reaches it; in State::Running.
    QString address() const { return address_; }
    /// As clients name it.
    QString model() const { return model_; }
    qint64 requests() const { return requests_; }
    /// One sentence; in State::Failed.
    QString problem() const { return problem_; }
    /// True when the window has another model than the one that is served.
    bool servesAnother() const;
    qint64 processId() const { return child_.processId(); }

    /// The key that clients of other machines need; made when first asked for. Kept in a file that
    /// its owner alone may read. Throws base::Error{File}.
    QString key() const;
    /// Makes another, for which a running server starts again.
    void renewKey();
    /// Starts, ends or starts again, as the settings say.
    void follow();
    /// Starts again, with the window's model.
    void restart();

  Q_SIGNALS:
    void changed();

  private:
    void start();
    QStringList arguments() const;
    void read(const QByteArray& line);
    void take(const protocol::serve::ReadyEvent& ready);
    void take(const protocol::serve::AnsweredEvent& answered);
    void onEnd(const LineChild::End& end);
    void fail(const QString& sentence);
    void setState(State state);

    AppSettings* settings_;
    Options options_;
    State state_ = State::Off;
    ServerSettings started_with_;
    protocol::LoadRequest served_;
    QString address_, model_, problem_;
    qint64 requests_ = 0;
    bool starts_again_ = false;
    LineChild child_;
};

}  // namespace univi::ui
