// Prints how long the window's thread is taken at a time while somebody uses it; no test.
//   univi_window_bench [chat|palette|reply|pages|CLIP]
// The longest single event of each step, in processor time of that thread (a busy machine makes
// wall time long). 16 ms are a picture on the screen. CLIP is read by the real engine with the demo
// model; without an argument all but that is done.
#include <QApplication>
#include <QDeadlineTimer>
#include <QLineEdit>
#include <QMetaEnum>
#include <QScrollBar>
#include <QThread>
#include <cstdio>
#include <ctime>

#include "app/desktop/main_window.h"
#include "core/base/paths.h"
#include "tests/ui/support.h"
#include "tests/ui/support/long_conversation.h"
#include "ui/chat/chat_page.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/command_palette.h"
#include "ui/chat/conversation_model.h"
#include "ui/settings/app_settings.h"
#include "ui/widgets/appearance.h"

using namespace univi::ui;

namespace {

constexpr int kTurns = 10'000;

double threadMilliseconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
}

/// Notes the event that took longest from its delivery to its end.
class WatchedApplication : public QApplication {
  public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (depth_ > 0 || QThread::currentThread() != thread())
            return QApplication::notify(receiver, event);
        const double begin = threadMilliseconds();
        const auto type = event->type();
        const char* const receiver_class = receiver->metaObject()->className();
        ++depth_;
        const bool taken = QApplication::notify(receiver, event);
        --depth_;
        note(threadMilliseconds() - begin, receiver_class, type);
        return taken;
    }

    void report(const char* step) {
        std::printf("%-46s longest %6.1f ms (%s of %s), %d events over 16 ms\n", step, longest_,
                    QMetaEnum::fromType<QEvent::Type>().valueToKey(type_), class_, over_);
        longest_ = 0;
        over_ = 0;
    }

  private:
    void note(double took, const char* receiver, QEvent::Type type) {
        if (took > 16) ++over_;
        if (took <= longest_) return;
        longest_ = took;
        class_ = receiver;
        type_ = type;
    }

    int depth_ = 0, over_ = 0;
    double longest_ = 0;
    const char* class_ = "nothing";
    QEvent::Type type_ = QEvent::None;
};

template <typename Condition>
void waitUntil(const Condition& condition, int ms = 120'000) {
    const QDeadlineTimer deadline(ms);
    while (!condition() && !deadline.hasExpired())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 50);
}

void rest(int ms) {
    waitUntil([] { return false; }, ms);
}

/// As an event of its own, which is measured.
template <typename Action>
void perform(QObject* context, const Action& action) {
    bool done = false;
    QMetaObject::invokeMethod(
        context, [&] { action(), done = true; }, Qt::QueuedConnection);
    waitUntil([&] { return done; });
    rest(400);
}

struct Steps {
    WatchedApplication& application;
    MainWindow& window;

    ChatPage* chat() const { return window.chat(); }

    void longChat(const QString& id) const {
        perform(&window, [&] { chat()->openConversation(id); });
        application.report("a chat of 10,000 turns opens");
        for (int page = 0; page < 30; ++page)
            perform(&window, [&] {
                chat()->view()->verticalScrollBar()->triggerAction(
                    QAbstractSlider::SliderPageStepSub);
            });
        application.report("thirty pages upwards");
        perform(&window, [&] { chat()->model()->ask(QStringLiteral("another")); });
        waitUntil([&] { return !chat()->model()->isBusy(); });
        application.report("a question there");
        perform(&window, [&] { chat()->model()->redo(); });
        waitUntil([&] { return !chat()->model()->isBusy(); });
        perform(&window, [&] { chat()->model()->switchBranch(kTurns, -1); });
        application.report("its other version");
    }

    void palette() const {
        perform(&window,
                [&] { QTest::keySequence(&window, QKeySequence(QStringLiteral("Ctrl+K"))); });
        auto* palette = window.findChild<CommandPalette*>();
        if (palette == nullptr) return;
        auto* field = palette->findChild<QLineEdit*>();
        for (const char* text : {"h", "ho", "hor", "hors", "horse", "horse b"})
            perform(&window, [&] { field->setText(QString::fromLatin1(text)); });
        rest(1000);
        application.report("the palette searches 10,000 turns");
        perform(&window, [&] { palette->close(); });
    }

    void longReply() const {
        perform(&window, [&] { chat()->newChat(); });
        application.report("a new chat");
        perform(&window, [&] { chat()->model()->ask(QStringLiteral("a long story")); });
        waitUntil([&] { return !chat()->model()->isBusy(); });
        rest(500);
        application.report("a reply of 4,000 tokens");
    }

    void clip(const QString& file) const {
        perform(&window, [&] { chat()->newChat(); });
        perform(&window, [&] { chat()->addMedia({file}); });
        waitUntil([&] {
            return !chat()->model()->groups().isEmpty() &&
                   chat()->model()->groups().last().complete;
        });
        rest(500);
        application.report("a clip is read, its groups shown");
    }

    void pages() const {
        const std::pair<MainWindow::Page, const char*> pages[] = {
            {MainWindow::Train, "the Train page for the first time"},
            {MainWindow::Eval, "the Eval page"},
            {MainWindow::Models, "the Models page"},
            {MainWindow::Settings, "the Settings page"},
            {MainWindow::Chat, "back to the chats"}};
        for (const auto& [page, name] : pages) {
            perform(&window, [&, page = page] { window.showPage(page); });
            application.report(name);
        }
    }
};

void useWindow(WatchedApplication& application, const EngineClient::Options& engine,
               const auto& steps) {
    AppSettings settings;
    MainWindow::Options options;
    options.engine = engine;
    options.prepares = true;
    MainWindow window(&settings, options);
    window.resize(1280, 800);
    window.show();
    window.begin();
    waitUntil([&] { return window.engine()->state() == EngineClient::State::Ready; });
    rest(500);
    application.report("start");
    rest(3000);
    application.report("what is made in idle moments");
    steps(Steps{application, window});
}

}  // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const TestHome home;
    WatchedApplication application(argc, argv);
    installAppearance(application);
    QString id;
    {
        const AppSettings settings;
        const auto file = univi::base::data_folder() / "conversations.sqlite";
        const QString name = QString::fromStdString(file.string());
        ConversationStore store(name);
        id = test::makeConversation(store, name, kTurns);
    }
    const QByteArray only = argc > 1 ? argv[1] : "";
    bool known = only.isEmpty();
    useWindow(application, scriptedEngine(), [&](const Steps& steps) {
        const auto wants = [&](const char* name) {
            known = known || only == name;
            return only.isEmpty() || only == name;
        };
        if (wants("chat")) steps.longChat(id);
        if (wants("palette")) steps.palette();
        if (wants("reply")) steps.longReply();
        if (wants("pages")) steps.pages();
    });
    if (known) return 0;
    EngineClient::Options engine;
    engine.program = QStringLiteral(UNIVI_BIN_DIR "/univi-engine");
    useWindow(application, engine,
              [&](const Steps& steps) { steps.clip(QString::fromLocal8Bit(argv[1])); });
    return 0;
}
