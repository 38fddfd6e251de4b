#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <chrono>
#include <memory>
#include <optional>

#include "core/protocol/engine_protocol.h"
#include "ui/session/patience.h"
#include "ui/session/pending_requests.h"

namespace univi::ui {

class EngineProcess;

/// The window's side of the model process. Starts univi-engine, loads a model into it, sends
/// requests and emits one signal per event. When the process dies it says in one sentence what
/// died while doing what, starts it again, loads the model again and sends what had not begun;
/// three quick deaths in a row end that until restart(). Requests made while no model is loaded
/// wait for one. Another model is looked at first and loaded into the same process when it can be;
/// until then the one before goes on, with the reply that it is at. A process that nobody asks for
/// anything can be given up until somebody does. GUI thread, never blocks.
class EngineClient : public QObject {
    Q_OBJECT
  public:
    enum class State { Off, Loading, Ready, NoModel, Dead };

    struct Options {
        QString program;  ///< empty: univi-engine beside the running executable
        QStringList arguments;
        int quick_death_ms = 10'000;  ///< a life shorter than this counts towards giving up
        int max_quick_deaths = 3;
        int restart_delay_ms = 200;     ///< doubles with every quick death
        int stop_patience_ms = 3000;    ///< a stop without an answer for so long means: it hangs
        int check_patience_ms = 20000;  ///< so does a check of a model
        /// Another model is checked before the loaded one is given up, and where it cannot be
        /// loaded after all the one before is loaded again. Else the client is without a model.
        bool goes_back = false;
        /// Bytes of visual tokens that its processes may keep on disk; not set: as they like.
        std::optional<qint64> token_limit{};
    };

    explicit EngineClient(Options options, QObject* parent = nullptr);
    ~EngineClient() override;

    State state() const { return state_; }
    /// What the engine said about the loaded model; meaningful in State::Ready.
    const protocol::LoadedEvent& model() const { return model_; }
    const protocol::LoadRequest& loadRequest() const { return load_; }
    /// Why there is no model or no process: one sentence, empty otherwise.
    QString problem() const { return problem_; }
    qint64 processId() const;
    /// Main memory that the model process uses now, bytes; nothing where the system does not say.
    std::optional<qint64> memoryInUse() const;

    /// The same model again starts a new process.
    void load(const protocol::LoadRequest& request);
    /// A chosen model is being looked at; the one before is still loaded.
    bool isChecking() const { return wanted_.has_value(); }
    /// Starts again after State::Dead or State::NoModel with the same model.
    void restart();
    qint64 ask(const protocol::AskRequest& request);
    qint64 encode(const protocol::EncodeRequest& request);
    /// What a question would take of the context; answered by `estimated`.
    qint64 estimate(const protocol::EstimateRequest& request);
    /// The prompt that a question would make; answered by `previewed`.
    qint64 preview(const protocol::PreviewRequest& request);
    /// Asks about one medium with something changed; answered by `variantAnswered` and at last by
    /// `whatIfDone`.
    qint64 whatIf(const protocol::WhatIfRequest& request);
    /// Where a phrase lies in a medium; answered by `found`.
    qint64 find(const protocol::FindRequest& request);
    /// What the words of a reply look at in a layer or head; answered by `tokenArrived` for every
    /// token and at last by `lookedAgain`.
    qint64 lookAgain(const protocol::AttentionRequest& request);
    void stop(qint64 id);
    /// After so long without a request the process ends, and with it the memory it takes; the next
    /// request loads the model again. 0: never.
    void setIdleTime(std::chrono::milliseconds time);
    /// The same at once, where nothing is asked of it now.
    void rest();
    /// A model is loaded as far as anyone sees (State::Ready), and its process is not there.
    bool isResting() const { return is_resting_; }
    /// A request was asked to stop and nothing happened for stop_patience_ms.
    bool hangs() const { return stopping_.isLost(); }
    /// Ends a process that hangs and starts it again. What it was asked to stop counts as stopped;
    /// the other requests wait for the next process.
    void breakOff();
    void forget(const QString& conversation);
    /// Options::token_limit from now on.
    void setTokenLimit(qint64 bytes);
    /// To be called when the frames that groups show were removed from the disk.
    void forgetFrames() { Q_EMIT framesForgotten(); }

  Q_SIGNALS:
    void restingChanged(bool isResting);
    void stateChanged(univi::ui::EngineClient::State state);
    /// Another model was asked for: what is known of the old one's groups is out of date.
    void modelChanging();
    /// What is known of groups shows frames that are gone.
    void framesForgotten();
    /// isChecking() became true, or another model is checked now.
    void checkStarted();
    /// The chosen model cannot be loaded and the one before goes on (Options::goes_back).
    void refused(const QString& sentence);
    void loadProgressed(double fraction, const QString& what);
    void mediaProgressed(qint64 id, const univi::protocol::MediaProgressEvent& progress);
    void groupsArrived(qint64 id, const univi::protocol::TokenGroups& groups);
    void promptStarted(qint64 id, const univi::protocol::PromptEvent& prompt);
    void tokenArrived(qint64 id, const univi::protocol::TokenEvent& token);
    /// A question was answered.
    void answered(qint64 id, const univi::protocol::DoneEvent& done);
    /// A medium was encoded to its end.
    void encoded(qint64 id);
    void estimated(qint64 id, const univi::protocol::EstimateEvent& estimate);
    void previewed(qint64 id, const univi::protocol::PreviewEvent& preview);
    void variantAnswered(qint64 id, const univi::protocol::WhatIfEvent& variant);
    void whatIfProgressed(qint64 id, int done, int total);
    void whatIfDone(qint64 id);
    void found(qint64 id, const univi::protocol::FoundEvent& found);
    void lookedAgain(qint64 id, const univi::protocol::AttentionEvent& attention);
    /// The request is over with one sentence for the user.
    void failed(qint64 id, const QString& kind, const QString& message);
    /// hangs() is another.
    void hangsChanged(bool hangs);
    /// The process ended unexpectedly: what, while doing what, and what happens now.
    void died(const QString& sentence);

  private:
    qint64 enqueue(protocol::Request request, const QString& doing);
    void startProcess();
    void dropProcess();
    void sendWaiting();
    bool canTakeAnother() const;
    void sendCheck();
    void endCheck();
    void changeTo(const protocol::LoadRequest& request);
    void stopForAnother();
    void sendLoad();
    void sendTokenLimit();
    void handle(const protocol::Event& event);
    void handleCheck(const protocol::Event& event);
    void handleLoad(const protocol::Event& event);
    void handleRequestEvent(const protocol::Event& event);
    void handleLoaded(const protocol::LoadedEvent& loaded);
    void handleLoadFailure(const protocol::ErrorEvent& error);
    void refuse(const QString& problem);
    bool goBack(const QString& problem);
    void handleEnd(bool failedToStart, const QString& detail);
    QString takeInterrupted(std::optional<qint64>& interrupted);
    void setState(State state, const QString& problem = {});
    void setResting(bool isResting);
    bool isIdle() const;
    void watchIdle();
    void finish(qint64 id);
    void failSent(const QString& sentence);

    Options options_;
    std::unique_ptr<EngineProcess> process_;
    protocol::LoadRequest load_;
    std::optional<protocol::LoadRequest> good_;    ///< what was loaded before load_ was chosen
    std::optional<protocol::LoadRequest> wanted_;  ///< chosen, and being looked at
    protocol::LoadedEvent model_;
    PendingRequests pending_;
    State state_ = State::Off;
    QString problem_;
    qint64 next_id_ = 1, load_id_ = 0;
    int quick_deaths_ = 0;
    QElapsedTimer life_;
    QTimer restart_timer_;
    QTimer idle_timer_;
    bool is_resting_ = false;
    Patience stopping_;  ///< the request at work that a person stopped
    Patience leaving_;   ///< the one that ends for another model
    Patience looking_;   ///< the check of wanted_
};

/// "street.mp4" of "/home/a/street.mp4".
QString fileNameOf(const std::string& path);

}  // namespace univi::ui
