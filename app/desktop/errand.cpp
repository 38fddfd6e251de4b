#include "app/desktop/errand.h"

#include <QFileInfo>
#include <QPixmap>
#include <cstdio>

#include "app/desktop/main_window.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/conversation_model.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

constexpr int kSettleMs = 700;  ///< thumbnails and plots after the last event
constexpr int kSelfTestLimitMs = 300'000;

}  // namespace

Errand::Errand(MainWindow* window, const Arguments& arguments, QObject* parent)
    : QObject(parent), window_(window), arguments_(arguments) {
    settle_.setSingleShot(true);
    settle_.setInterval(kSettleMs);
    limit_.setSingleShot(true);
    connect(&settle_, &QTimer::timeout, this, &Errand::finish);
    connect(&limit_, &QTimer::timeout, this,
            [this] { fail(tr("The self-test got no reply within five minutes.")); });
}

void Errand::begin() {
    if (arguments_.self_test) {
        const QList<Sample> samples = readSamples(samplesFolder());
        if (samples.isEmpty())
            return fail(
                tr("The self-test found no samples; install the program with its resources."));
        arguments_.files = {samples.first().file};
        arguments_.ask = samples.first().question;
        limit_.start(kSelfTestLimitMs);
    }
    ChatPage* chat = window_->chat();
    if (!arguments_.files.isEmpty() || !arguments_.ask.isEmpty())
        chat->startChat(arguments_.files, arguments_.ask);
    asked_ = !arguments_.ask.isEmpty();
    if (!asked_ && arguments_.screenshot.isEmpty()) return;
    connect(window_->engine(), &EngineClient::stateChanged, this, &Errand::onEngineState);
    connect(chat->model(), &ConversationModel::progressChanged, this, &Errand::waitUntilQuiet);
    connect(chat->model(), &ConversationModel::turnFinished, this, &Errand::waitUntilQuiet);
    // The files were refused: the page says why.
    if (asked_ && chat->model()->isNew()) fail(chat->notice()->sentence());
}

void Errand::onEngineState(EngineClient::State state) {
    if (state == EngineClient::State::NoModel || state == EngineClient::State::Dead) {
        failure_ = window_->engine()->problem();
        settle_.start();
    } else {
        waitUntilQuiet();
    }
}

void Errand::waitUntilQuiet() {
    const bool ready = window_->engine()->state() == EngineClient::State::Ready;
    if (ready && !window_->chat()->model()->isWorking())
        settle_.start();
    else if (failure_.isEmpty())
        settle_.stop();
}

void Errand::finish() {
    if (over_) return;
    const ConversationModel* model = window_->chat()->model();
    if (asked_ && failure_.isEmpty() && !model->isNew()) {
        const Turn& turn = model->turns().last();
        if (turn.state == Turn::State::Failed)
            failure_ = turn.error;
        else if (turn.reply.isEmpty())
            failure_ = tr("The reply was empty.");
        else if (arguments_.self_test && model->groups().isEmpty())
            failure_ = tr("The sample's token groups did not arrive.");
        else
            std::printf("%s\n", qUtf8Printable(turn.reply));
    }
    std::fflush(stdout);
    savePicture();
    if (!failure_.isEmpty()) return fail(failure_);
    over_ = true;
    if (arguments_.exit_when_done || arguments_.self_test) Q_EMIT finished(0);
}

void Errand::savePicture() {
    if (arguments_.screenshot.isEmpty()) return;
    if (!window_->grab().save(arguments_.screenshot, "PNG"))
        failure_ = tr("The screenshot could not be written to %1.").arg(arguments_.screenshot);
}

void Errand::fail(const QString& sentence) {
    if (over_) return;
    over_ = true;
    std::fprintf(stderr, "univi: %s\n", qUtf8Printable(sentence));
    if (arguments_.exit_when_done || arguments_.self_test)
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT finished(1); }, Qt::QueuedConnection);
}

}  // namespace univi::ui
