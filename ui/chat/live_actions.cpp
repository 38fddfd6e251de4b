#include "ui/chat/live_actions.h"

#include <QFile>
#include <utility>

#include "ui/chat/conversation_model.h"
#include "ui/chat/live_bar.h"
#include "ui/session/engine_client.h"

namespace univi::ui {

namespace {

constexpr int kMostFailures = 3;  ///< in a row

}  // namespace

LiveActions::LiveActions(const Parts& parts, QObject* parent, const QString& program)
    : QObject(parent),
      engine_(parts.engine),
      notices_(parts.notices),
      bar_(parts.bar),
      source_(nullptr, program) {
    connect(&source_, &LiveSource::pictureArrived, this, &LiveActions::onPicture);
    connect(&source_, &LiveSource::windowArrived, this, &LiveActions::onWindow);
    connect(&source_, &LiveSource::recorded, this, &LiveActions::onRecorded);
    connect(&source_, &LiveSource::windowRefused, this,
            [this](const QString& file, const QString& sentence) { onFailed(file, sentence); });
    connect(&source_, &LiveSource::recordingRefused, this,
            [this](const QString& sentence) { say(sentence); });
    connect(&source_, &LiveSource::ended, this, &LiveActions::onEnded);
    connect(&source_, &LiveSource::recordingChanged, bar_,
            [this] { bar_->setRecording(source_.isRecording()); });
    connect(bar_, &LiveBar::recordRequested, this, [this](bool on) {
        if (on)
            source_.record();
        else
            source_.endRecording();
    });
    connect(bar_, &LiveBar::closeRequested, this, &LiveActions::stop);
}

void LiveActions::start(const LiveCameraChoice& choice) {
    if (source_.isOn()) return say(tr("Something is live already; close it first."));
    asked_taken_ = 0;
    failures_ = 0;
    bar_->open(choice);
    source_.start(choice);
}

void LiveActions::stop() {
    leave();
    source_.stop();
    bar_->hide();
}

/// The conversation loses the window that waits; one that was asked about is its own.
void LiveActions::leave() {
    in_flight_ = false;
    if (model_) model_->media()->dropLive();
    if (!shown_.isEmpty()) QFile::remove(std::exchange(shown_, {}));
}

void LiveActions::setConversation(ConversationModel* model) {
    if (model_ == model) return;
    if (model_) {
        disconnect(model_->media(), nullptr, this, nullptr);
        leave();
    }
    model_ = model;
    asked_taken_ = 0;
    ConversationMedia* media = model->media();
    connect(media, &ConversationMedia::liveShown, this, &LiveActions::onShown);
    connect(media, &ConversationMedia::liveFailed, this, &LiveActions::onFailed);
    connect(media, &ConversationMedia::liveTaken, this, &LiveActions::onTaken);
    connect(media, &ConversationMedia::liveRemoved, this, &LiveActions::stop);
}

void LiveActions::onPicture(const QImage& picture, int held, qint64 taken) {
    bar_->showPicture(picture, held);
    const bool ready =
        engine_->state() == EngineClient::State::Ready && model_ && !model_->isBusy();
    if (!ready || in_flight_ || taken <= asked_taken_) return;
    in_flight_ = true;
    asked_taken_ = taken;
    source_.askForWindow();
}

void LiveActions::onWindow(const QString& file, int frames) {
    if (!in_flight_ || !model_ || model_->isBusy()) {
        in_flight_ = false;
        asked_taken_ = 0;
        QFile::remove(file);
        return;
    }
    base::ClipRange all;
    all.frames = frames;
    model_->media()->readLive(Medium(file, all));
}

void LiveActions::onShown(const Medium& window) {
    if (!shown_.isEmpty()) QFile::remove(shown_);
    shown_ = window.file;
    in_flight_ = false;
    failures_ = 0;
}

/// No sentence: it was stopped, because a question came first or another camera.
void LiveActions::onFailed(const Medium& window, const QString& sentence) {
    if (!window.file.isEmpty()) QFile::remove(window.file);
    in_flight_ = false;
    asked_taken_ = 0;
    if (sentence.isEmpty() || ++failures_ < kMostFailures) return;
    stop();
    say(sentence);
}

void LiveActions::onTaken(const Medium& window) {
    source_.keep(window.file);
    shown_.clear();
    asked_taken_ = 0;
}

void LiveActions::onRecorded(const QString& file, double seconds) {
    if (!model_) return;
    notices_->show(model_->id(), NoticeBar::Kind::Info,
                   tr("%1 were recorded into %2.").arg(timeText(qRound(seconds)), file),
                   {{tr("Add it"), [this, file] { Q_EMIT addRequested(file); }}});
}

void LiveActions::onEnded(const QString& sentence) {
    leave();
    bar_->hide();
    if (sentence.isEmpty()) return;
    // A screen must be shared by its person again.
    if (source_.choice().isShared()) return say(sentence);
    say(sentence, {{tr("Open again"), [this, choice = source_.choice()] { start(choice); }}});
}

void LiveActions::say(const QString& sentence, const QList<ChatNotices::Action>& actions) {
    if (model_) notices_->show(model_->id(), NoticeBar::Kind::Error, sentence, actions);
}

}  // namespace univi::ui
