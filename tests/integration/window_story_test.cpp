// A person's way through the real window, with mouse and keys (xdotool) on a display of its own:
// drop a clip, choose a part, ask, stop, another reply, its versions, a word, without a group,
// export.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/integration/window_person.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kClip = UNIVI_SOURCE_DIR "/resources/samples/one_after_another.mp4";
constexpr const char* kQuestion = "What happens first?";
/// Of the whole clip it is a dog, which the part does not have any more.
constexpr const char* kReply = "First there is a cat.";
constexpr double kPartBegin = 0.45;  ///< of the strip

class WindowStoryTest : public WindowPerson {
  protected:
    /// Draws the left handle of the strip to where the part begins.
    void choose_a_part() const {
        click(QStringLiteral("Choose a part of one_after_another.mp4"));
        const auto handle = named(QStringLiteral("Begin of the part"), QStringLiteral("slider"));
        const QPoint begin = see(handle, "the handle at the begin").box.center();
        const QPoint end =
            see(named(QStringLiteral("End of the part"), QStringLiteral("slider")), "its end")
                .box.center();
        drag(begin, begin + (end - begin) * kPartBegin);
        see(
            [&](const AccessibleNode& node) {
                return handle(node) && node.description.startsWith(QStringLiteral("0:0")) &&
                       node.description != QStringLiteral("0:00");
            },
            "the handle at another time");
        click(QStringLiteral("Use this part"));
        see(QStringLiteral("from 0:0"));
        focus("^UniVi Studio$");
    }
    void ask_and_stop() const {
        click(named(QStringLiteral("Question")), "the field of the question");
        type(kQuestion);
        key({"Return", "Escape"});
        ASSERT_TRUE(wait_until([this] {
            const auto all = turns();
            return all.size() == 1 && !all.front().finish.empty();
        })) << all();
        EXPECT_EQ(turns().front().question, kQuestion);
        EXPECT_THAT(turns().front().finish, HasSubstr("stop"));
    }
    /// Ctrl+R, until there are so many finished turns.
    void take_another_reply(std::size_t count) const {
        key({"ctrl+r"});
        ASSERT_TRUE(wait_until([this, count] {
            const auto all = turns();
            return all.size() == count && all.back().reply == kReply && !all.back().finish.empty();
        })) << all();
        see(QStringLiteral("Another reply to the same question"));
    }
    void go_through_versions() const {
        see(QStringLiteral("Version 2 of 2"));
        click(QStringLiteral("The version before"));
        see(QStringLiteral("Version 1 of 2"));
        click(QStringLiteral("The version after"));
        see(QStringLiteral("Version 2 of 2"));
    }
    /// A word of the reply says what it looked at.
    void point_at_the_cat() const {
        const AccessibleNode reply = see(QStringLiteral("Reply"));
        const QRect word = tree_->character(reply, 17);
        point_at(word.isEmpty() ? reply.box.center() : word.center());
        see(QStringLiteral("” looked at this clip"));
    }
    /// The last question again, without the group in the middle of the picture.
    void leave_a_group_out() const {
        click(QStringLiteral("What if"));
        click(QStringLiteral("Picture with its token groups"));
        see(QStringLiteral("Without group "));
        click(named(QStringLiteral("Ask")), "the button that asks what if");
        // The first reply stands there while the second is still being made, which says so.
        see(
            [](const AccessibleNode& node) {
                return node.name.contains(QStringLiteral("As it is")) &&
                       node.name.contains(QStringLiteral("Without group")) &&
                       node.name.count(QStringLiteral("log-probability ")) >= 2;
            },
            "both replies");
    }
    fs::path export_the_talk() const {
        const fs::path written = home_ / "talk.md";
        key({"ctrl+s"});
        focus("^Export the conversation.*");
        key({"ctrl+a"});
        type(written.string());
        key({"Return"});
        EXPECT_TRUE(wait_until([&] { return fs::exists(written) && fs::file_size(written) > 0; }))
            << all();
        return written;
    }
};

TEST_F(WindowStoryTest, FromAClipToItsExport) {
    open_window();
    drop_file(kClip);
    focus("^UniVi Studio$");
    choose_a_part();
    ask_and_stop();
    take_another_reply(1);  // in the place of the stopped one, which said nothing
    take_another_reply(2);
    go_through_versions();
    point_at_the_cat();
    leave_a_group_out();
    EXPECT_THAT(read_bytes(export_the_talk()),
                testing::AllOf(HasSubstr(kQuestion), HasSubstr(kReply)));
    close_window();
}

}  // namespace
}  // namespace univi::test
