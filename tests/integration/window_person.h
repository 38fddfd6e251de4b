#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/desktop/accessible_tree.h"
#include "tests/support/desktop/desktop_session.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {

/// A person at the real window: hands are xdotool's mouse and keys on a display of its own, eyes
/// are what the window tells a screen reader. Every look waits until what is looked for is there.
class WindowPerson : public testing::Test {
  protected:
    static constexpr auto kMost = 120s;

    /// A turn as the window has written it down.
    struct Turn {
        std::string question, reply, finish;
    };

    static void SetUpTestSuite();
    void SetUp() override;
    /// Starts the window, with more in its environment than the display's.
    void open_window(const std::map<std::string, std::string>& more = {});
    /// Ctrl+Q; the window must end well.
    void close_window() const;

    // Hands.
    void key(std::vector<std::string> names) const;
    void type(const std::string& text) const;
    void point_at(const QPoint& place) const;
    /// Where it lies once it has stopped moving.
    void click(const QString& part_of_name) const;
    void click(const AccessibleTree::Wanted& wanted, const std::string& what) const;
    void drag(const QPoint& from, const QPoint& to) const;
    /// Takes a file from another program's window and lets it go over the middle of this one.
    void drop_file(const std::string& file) const;
    /// Gives the keyboard to the window of this title: there is no window manager that would.
    void focus(const std::string& title) const;
    /// Turns the wheel over the page until the control of this name is inside the window.
    void scroll_to(const QString& name) const;

    // Eyes.
    AccessibleNode see(const QString& part_of_name) const;
    AccessibleNode see(const AccessibleTree::Wanted& wanted, const std::string& what) const;
    static AccessibleTree::Wanted named(const QString& name, const QString& role = {});
    bool wait_until(const std::function<bool()>& holds) const;
    /// The roles and names of all that shows, for a message.
    std::string all() const;
    /// Read as another program reads the window's history.
    std::vector<Turn> turns() const;

    /// Asks a server of OpenAI's interface about a picture; the answer's text.
    std::string ask_by_curl(const std::string& address) const;

    ScratchFolder home_;
    std::unique_ptr<DesktopSession> desktop_;
    std::unique_ptr<AccessibleTree> tree_;
    std::unique_ptr<Process> window_;

  private:
    void mouse(std::vector<std::string> words) const;
    AccessibleNode at_rest(const AccessibleTree::Wanted& wanted, const std::string& what) const;
};

}  // namespace univi::test
