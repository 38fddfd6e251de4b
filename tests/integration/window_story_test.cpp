// A person's way through the real window, with mouse and keys (xdotool) on a display of its own:
// open a clip, ask, stop, another reply, its versions, a word, without a group, export, serve the
// model and ask it by curl.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>
#include <thread>

#include "tests/integration/programs.h"
#include "tests/support/desktop/accessible_tree.h"
#include "tests/support/desktop/desktop_session.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr auto kMost = 120s;
constexpr const char* kClip = UNIVI_SOURCE_DIR "/resources/samples/one_after_another.mp4";
constexpr const char* kQuestion = "What happens first?";

bool wait_until(const std::function<bool()>& holds) {
    const auto end = std::chrono::steady_clock::now() + kMost;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(50ms);
    }
    return true;
}

AccessibleTree::Wanted holding(const QString& text) {
    return [text](const AccessibleNode& node) { return node.name.contains(text); };
}

class WindowStoryTest : public testing::Test {
  protected:
    struct Turn {
        std::string question, reply, finish;
    };

    static void SetUpTestSuite() {
        static int argc = 0;
        static QCoreApplication application(argc, nullptr);
    }
    void SetUp() override {
        if (const std::string missing = DesktopSession::missing(); !missing.empty())
            GTEST_SKIP() << missing << " is not installed";
        if (installed("curl").empty()) GTEST_SKIP() << "curl is not installed";
        desktop_ = std::make_unique<DesktopSession>(home_.path());
        tree_ = std::make_unique<AccessibleTree>(desktop_->accessibility_address());
        window_ = std::make_unique<Process>(
            ProcessOptions{{program("univi")}, {}, desktop_->environment()});
    }

    void key(std::vector<std::string> names) const {
        names.insert(names.begin(), {"key", "--delay", "20"});
        desktop_->xdotool(names);
    }
    void type(const std::string& text) const { desktop_->xdotool({"type", "--delay", "5", text}); }
    void point_at(const QPoint& place) const {
        desktop_->xdotool({"mousemove", std::to_string(place.x()), std::to_string(place.y())});
    }
    void click(const QRect& box) const {
        point_at(box.center());
        desktop_->xdotool({"click", "1"});
    }
    /// Without a window manager nobody gives the keyboard to a new window.
    void focus(const std::string& title) const {
        desktop_->xdotool({"search", "--sync", "--onlyvisible", "--name", title, "windowfocus"});
    }
    AccessibleNode see(const QString& text) const {
        const auto node = tree_->wait_for(holding(text), kMost);
        if (!node) throw std::runtime_error("nothing shows “" + text.toStdString() + "”\n" + all());
        return *node;
    }
    void click(const QString& text) const { click(see(text).box); }
    std::string all() const {
        std::string names;
        for (const AccessibleNode& node : tree_->read())
            names += node.role.toStdString() + " “" + node.name.toStdString() + "”\n";
        return names;
    }

    /// What the window has written down, read as another program reads it.
    std::vector<Turn> turns() const {
        const fs::path file = home_ / "data/univi-studio/conversations.sqlite";
        std::vector<Turn> found;
        if (!fs::exists(file)) return found;
        {
            auto base =
                QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("look"));
            base.setDatabaseName(QString::fromStdString(file.string()));
            base.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY"));
            if (base.open()) {
                QSqlQuery query(
                    QStringLiteral("SELECT question, reply, finish FROM turns ORDER BY id"), base);
                while (query.next())
                    found.push_back({query.value(0).toString().toStdString(),
                                     query.value(1).toString().toStdString(),
                                     query.value(2).toString().toStdString()});
            }
        }
        QSqlDatabase::removeDatabase(QStringLiteral("look"));
        return found;
    }

    void open_the_clip() const {
        see(QStringLiteral("What do you want to look at?"));
        focus("^UniVi Studio$");
        key({"ctrl+o"});
        focus("^Add pictures or videos.*");
        type(kClip);
        key({"Return"});
        see(QStringLiteral("one_after_another.mp4"));
        focus("^UniVi Studio$");
    }
    void ask_and_stop() const {
        click(QStringLiteral("Question"));
        type(kQuestion);
        key({"Return", "Escape"});
        ASSERT_TRUE(wait_until([this] {
            const auto all = turns();
            return all.size() == 1 && !all.front().finish.empty();
        })) << this->all();
        EXPECT_EQ(turns().front().question, kQuestion);
        EXPECT_THAT(turns().front().finish, HasSubstr("stop"));
    }
    /// Ctrl+R, until there are so many finished turns.
    void take_another_reply(std::size_t count) const {
        key({"ctrl+r"});
        ASSERT_TRUE(wait_until([this, count] {
            const auto all = turns();
            return all.size() == count && all.back().reply == "First there is a dog." &&
                   !all.back().finish.empty();
        })) << this->all();
        see(QStringLiteral("Another reply to the same question"));
    }
    void go_through_versions() const {
        see(QStringLiteral("Version 2 of 2"));
        click(QStringLiteral("The version before"));
        see(QStringLiteral("Version 1 of 2"));
        click(QStringLiteral("The version after"));
        see(QStringLiteral("Version 2 of 2"));
    }

    /// Serves the demo model on this machine; its address.
    std::string serve() {
        server_ = std::make_unique<Process>(ProcessOptions{
            {program("univi-cli"), "serve", "--port", "0"}, {}, desktop_->environment()});
        const std::string said = server_->read_line(kMost).value_or("");
        const QRegularExpression address(QStringLiteral("http://\\S+"));
        return address.match(QString::fromStdString(said)).captured(0).toStdString();
    }
    /// Asks about a picture as any program of OpenAI's interface does; the answer's text.
    std::string ask_by_curl(const std::string& address) const {
        const std::string picture = read_bytes(UNIVI_SOURCE_DIR "/resources/samples/street.jpg");
        const base::Json image = {
            {"type", "image_url"},
            {"image_url",
             {{"url", "data:image/jpeg;base64," +
                          QByteArray::fromStdString(picture).toBase64().toStdString()}}}};
        const base::Json text = {{"type", "text"}, {"text", "What is in this picture?"}};
        const base::Json body = {
            {"messages", base::Json::array(
                             {{{"role", "user"}, {"content", base::Json::array({text, image})}}})}};
        const fs::path file = home_.write("body.json", body.dump());
        const std::string path =
            address.ends_with("/v1") ? "/chat/completions" : "/v1/chat/completions";
        const ProcessResult done =
            run_process({{installed("curl"), "-sS", "--max-time", "120", address + path, "-H",
                          "Content-Type: application/json", "-d", "@" + file.string()},
                         {},
                         desktop_->environment()});
        EXPECT_EQ(done.exit_code, 0) << done.err;
        const base::Json reply = base::Json::parse(done.out, nullptr, false);
        EXPECT_TRUE(reply.contains("choices")) << done.out;
        return reply.contains("choices")
                   ? reply["choices"][0]["message"]["content"].get<std::string>()
                   : "";
    }

    ScratchFolder home_;
    std::unique_ptr<DesktopSession> desktop_;
    std::unique_ptr<AccessibleTree> tree_;
    std::unique_ptr<Process> window_, server_;
};

TEST_F(WindowStoryTest, FromAClipToItsExport) {
    open_the_clip();
    ask_and_stop();
    take_another_reply(1);  // in the place of the stopped one, which said nothing
    take_another_reply(2);
    go_through_versions();

    // A word of the reply says what it looked at.
    const AccessibleNode reply = see(QStringLiteral("Reply"));
    const QRect word = tree_->character(reply, 17);
    point_at(word.isEmpty() ? reply.box.center() : word.center());
    see(QStringLiteral("” looked at this clip"));

    // The last question again, without the group in the middle of the picture.
    click(QStringLiteral("What if"));
    click(QStringLiteral("Picture with its token groups"));
    click(QStringLiteral("Why? Without each group"));
    key({"Home", "Return"});
    click(QStringLiteral("Ask"));
    // The first reply stands there while the second is still being made.
    const auto both = tree_->wait_for(
        [](const AccessibleNode& node) {
            return node.name.contains(QStringLiteral("As it is")) &&
                   node.name.contains(QStringLiteral("Changed"));
        },
        kMost);
    ASSERT_TRUE(both) << all();

    const fs::path written = home_ / "talk.md";
    key({"ctrl+s"});
    focus("^Export the conversation.*");
    key({"ctrl+a"});
    type(written.string());
    key({"Return"});
    ASSERT_TRUE(wait_until([&] { return fs::exists(written) && fs::file_size(written) > 0; }));
    EXPECT_THAT(read_bytes(written), testing::AllOf(HasSubstr(kQuestion), HasSubstr("dog")));

    focus("^UniVi Studio$");
    EXPECT_FALSE(ask_by_curl(serve()).empty());

    key({"ctrl+q"});
    EXPECT_EQ(window_->wait(60s), 0) << window_->stderr_text();
}

}  // namespace
}  // namespace univi::test
