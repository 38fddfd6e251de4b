// Prints what a long conversation costs; no test. One measure a start, so that memory is its own:
//   univi_chat_bench open TURNS      reading it from the store, showing it, memory
//   univi_chat_bench stream TOKENS   drawing a reply of that many tokens while it grows: text, code
#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>
#include <QTemporaryDir>
#include <cstdio>
#include <ctime>
#include <functional>

#include "core/base/resident_memory.h"
#include "tests/ui/support/long_conversation.h"
#include "ui/chat/chat_view.h"
#include "ui/chat/conversation_model.h"
#include "ui/chat/conversation_store.h"
#include "ui/chat/flow_text.h"
#include "ui/media/thumbnails.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/appearance.h"

using namespace univi;
using ui::test::paragraph;

namespace {

double megabytes() {
    return double(base::resident_memory().value_or(0)) / 1e6;
}

/// Wall time and, because a busy machine makes that long, processor time of the program.
class Clock {
  public:
    Clock() { restart(); }
    QString restart() {
        const QString said = QStringLiteral("%1 ms (%2 ms of processor)")
                                 .arg(wall_.isValid() ? wall_.elapsed() : 0)
                                 .arg(milliseconds(), 0, 'f', 0);
        wall_.start();
        cpu_ = std::clock();
        return said;
    }
    double milliseconds() const { return double(std::clock() - cpu_) * 1000 / CLOCKS_PER_SEC; }

  private:
    QElapsedTimer wall_;
    std::clock_t cpu_ = 0;
};

int open(int turns) {
    const QString file = qEnvironmentVariable("XDG_DATA_HOME") + "/bench.sqlite";
    ui::ConversationStore store(file);
    const QString id = ui::test::makeConversation(store, file, turns);
    ui::Thumbnails thumbnails;
    ui::EngineClient engine({});
    ui::ChatView view(&thumbnails);
    view.resize(800, 600);
    view.show();
    QApplication::processEvents();
    const double before = megabytes();
    Clock clock;
    std::optional<ui::Conversation> read = store.read(id);
    const QString read_took = clock.restart();
    ui::ConversationModel model(
        &engine, &store, [] { return protocol::GenerationOptions{}; }, std::move(*read));
    view.setModel(&model);
    QApplication::processEvents();
    view.grab();
    const QString show_took = clock.restart();
    std::printf("%6d turns: read %s, shown %s, %+.1f MB\n", turns, qUtf8Printable(read_took),
                qUtf8Printable(show_took), megabytes() - before);
    constexpr int kPages = 50;
    for (int page = 0; page < kPages; ++page) {
        view.verticalScrollBar()->triggerAction(QAbstractSlider::SliderPageStepSub);
        view.grab();
    }
    std::printf("              fifty pages upwards: %s\n", qUtf8Printable(clock.restart()));
    return 0;
}

template <class Text>
void show(Text& text, const QString& source) {
    if constexpr (requires { text.showMarkdown(source, true); }) {
        text.showMarkdown(source, true);
        text.heightForWidth(text.viewport()->width());
    } else {
        text.showMarkdown(source);
    }
}

constexpr int kTokensADrawing = 5;

struct Kind {
    const char* name;
    const char* begin;  ///< of the reply
    std::function<QString(int)> token;
};

QList<Kind> kinds() {
    const auto word = [](int i) { return paragraph(i, 1).chopped(1) + ' '; };
    const auto code = [](int i) {
        static const char* const kTokens[] = {"const ", "auto",    " sum = ", "add(",
                                              "12, ",   "\"two\"", ");",      "  // both\n"};
        return QString::fromLatin1(kTokens[i % 8]);
    };
    return {{"paragraphs", "", [word](int i) { return word(i) + (i % 60 == 0 ? "\n\n" : ""); }},
            {"one block ", "", word},
            {"plain code", "```\n", code},
            {"C++       ", "```cpp\n", code}};
}

int stream(int tokens, const Kind& kind) {
    ui::FlowText text;
    text.setObjectName("reply");
    text.resize(700, 100);
    text.show();
    QApplication::processEvents();
    QString said = kind.begin;
    double all = 0, recent = 0;
    for (int i = 1; i <= tokens; ++i) {
        said += kind.token(i);
        if (i % kTokensADrawing != 0) continue;
        Clock clock;
        show(text, said);
        all += clock.milliseconds();
        recent += clock.milliseconds();
        if (i % 500 != 0) continue;
        std::printf("%s %5d tokens: %6.2f ms of processor a drawing, %.1f s for all so far\n",
                    kind.name, i, recent * kTokensADrawing / 500, all / 1000);
        recent = 0;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    if (argc < 3) {
        std::fputs("usage: univi_chat_bench open TURNS | stream TOKENS\n", stderr);
        return 2;
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QTemporaryDir home;
    qputenv("XDG_DATA_HOME", home.path().toUtf8());
    qputenv("XDG_CACHE_HOME", home.path().toUtf8());
    QApplication application(argc, argv);
    ui::installAppearance(application);
    const int amount = atoi(argv[2]);
    if (QByteArray(argv[1]) == "open") return open(amount);
    for (const Kind& kind : kinds()) stream(amount, kind);
    return 0;
}
