// What a screen reader meets in the window: names, roles, descriptions and order over AT-SPI.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <QCoreApplication>
#include <algorithm>

#include "tests/integration/programs.h"
#include "tests/support/desktop/accessible_tree.h"
#include "tests/support/desktop/desktop_session.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

using Nodes = std::vector<AccessibleNode>;

AccessibleTree::Wanted named(const QString& name) {
    return [name](const AccessibleNode& node) { return node.name == name; };
}

AccessibleTree::Wanted holding(const QString& text) {
    return [text](const AccessibleNode& node) { return node.name.contains(text); };
}

/// Roles that a person sets, presses or writes into.
bool isControl(const AccessibleNode& node) {
    static const QStringList roles{"push button", "toggle button", "check box",   "radio button",
                                   "combo box",   "text",          "spin button", "slider",
                                   "list",        "table",         "page tab"};
    return roles.contains(node.role) && node.is(AccessibleNode::Focusable);
}

/// The parts of compound controls are named by the whole.
bool isPart(const Nodes& nodes, std::size_t at) {
    for (std::size_t before = at; before-- > 0;)
        if (nodes[before].depth < nodes[at].depth)
            return nodes[before].role == "combo box" || nodes[before].role == "spin button" ||
                   nodes[before].role == "list" || nodes[before].role == "table";
    return false;
}

std::string list(const Nodes& nodes) {
    std::string text;
    for (const AccessibleNode& node : nodes)
        text += std::string(static_cast<std::size_t>(node.depth) * 2, ' ') +
                node.role.toStdString() + " “" + node.name.toStdString() + "” " +
                node.description.toStdString() + "\n";
    return text;
}

class AccessibilityTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        static int argc = 0;
        static QCoreApplication application(argc, nullptr);
    }
    void SetUp() override {
        if (const std::string missing = DesktopSession::missing(); !missing.empty())
            GTEST_SKIP() << missing << " is not installed";
        session_ = std::make_unique<DesktopSession>(home_.path());
        tree_ = std::make_unique<AccessibleTree>(session_->accessibility_address());
        window_ = std::make_unique<Process>(ProcessOptions{
            {program("univi"), UNIVI_SOURCE_DIR "/resources/samples/one_after_another.mp4", "--ask",
             "What happens first?"},
            {},
            session_->environment()});
    }
    std::optional<AccessibleNode> wait_for(const AccessibleTree::Wanted& wanted) {
        return tree_->wait_for(wanted, 180s);
    }

    /// The name of a combo box is its value.
    bool saysWhatItIs(const AccessibleNode& node) const {
        if (node.role == "combo box")
            return !node.description.isEmpty() || tree_->is_labelled(node);
        return !node.name.trimmed().isEmpty();
    }

    ScratchFolder home_;
    std::unique_ptr<DesktopSession> session_;
    std::unique_ptr<AccessibleTree> tree_;
    std::unique_ptr<Process> window_;
};

TEST_F(AccessibilityTest, EveryControlOfEveryPageIsNamed) {
    ASSERT_TRUE(wait_for(named("Another reply to the same question"))) << list(tree_->read());
    for (const char* page : {"Chat", "Train", "Eval", "Models", "Settings"}) {
        const auto button = wait_for(named(page));
        ASSERT_TRUE(button) << page;
        tree_->press(*button);
        ASSERT_TRUE(tree_->wait_for(
            [&](const AccessibleNode& node) {
                return node.name == page && node.is(AccessibleNode::Checked);
            },
            60s))
            << page;
        const Nodes nodes = tree_->read();
        Nodes nameless;
        for (std::size_t i = 0; i < nodes.size(); ++i)
            if (isControl(nodes[i]) && !isPart(nodes, i) && !saysWhatItIs(nodes[i]))
                nameless.push_back(nodes[i]);
        EXPECT_GT(std::ranges::count_if(nodes, isControl), 6) << list(nodes);
        EXPECT_TRUE(nameless.empty()) << page << ":\n" << list(nameless) << "in\n" << list(nodes);
    }
}

TEST_F(AccessibilityTest, CanvasesArePicturesThatAreDescribed) {
    ASSERT_TRUE(wait_for(holding("Frames and events of the video")));
    ASSERT_TRUE(wait_for([](const AccessibleNode& node) {
        return node.name == "Picture with its token groups" && node.description.contains("groups");
    })) << list(tree_->read());
    for (const char* name : {"Picture with its token groups", "Frames and events of the video",
                             "Decision graph: density against distance"}) {
        const auto node = wait_for(named(name));
        ASSERT_TRUE(node) << name << " in\n" << list(tree_->read());
        EXPECT_EQ(node->role.toStdString(), "graphic") << name;
        EXPECT_FALSE(node->description.isEmpty()) << name;
    }
}

TEST_F(AccessibilityTest, SegmentsAreRadioButtonsThatAreChosenByPressing) {
    const auto radio = [](bool checked) {
        return [checked](const AccessibleNode& node) {
            return node.role == "radio button" && node.is(AccessibleNode::Enabled) &&
                   node.is(AccessibleNode::Checked) == checked;
        };
    };
    ASSERT_TRUE(wait_for(radio(true))) << list(tree_->read());
    const auto other = wait_for(radio(false));
    ASSERT_TRUE(other) << list(tree_->read());
    EXPECT_FALSE(other->name.isEmpty());
    tree_->press(*other);
    EXPECT_TRUE(wait_for([&](const AccessibleNode& node) {
        return node.path == other->path && node.is(AccessibleNode::Checked);
    })) << other->name.toStdString();
}

TEST_F(AccessibilityTest, TheRailComesFirstAndTheQuestionAfterTheConversation) {
    ASSERT_TRUE(wait_for(named("Another reply to the same question")));
    const Nodes nodes = tree_->read();
    const auto place = [&](const QString& name) {
        return std::ranges::find_if(nodes, named(name)) - nodes.begin();
    };
    std::vector<std::ptrdiff_t> places;
    for (const char* name : {"Chat", "Train", "Eval", "Models", "Settings", "Search conversations",
                             "Your question", "Reply", "Question"})
        places.push_back(place(name));
    EXPECT_TRUE(std::ranges::is_sorted(places)) << list(nodes);
    EXPECT_LT(places.back(), static_cast<std::ptrdiff_t>(nodes.size())) << list(nodes);
}

}  // namespace
}  // namespace univi::test
