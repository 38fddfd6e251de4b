// The window on Wayland: a compositor without a screen, the demo model, a picture of the answer.
#include <gtest/gtest.h>

#include <QImage>
#include <filesystem>
#include <set>
#include <thread>

#include "tests/integration/programs.h"
#include "tests/support/desktop/desktop_session.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;

/// Colours that a picture of the window has at least; an empty one has a handful.
constexpr int kFewColors = 200;

int countColors(const QImage& image) {
    std::set<QRgb> colors;
    for (int y = 0; y < image.height(); y += 2)
        for (int x = 0; x < image.width(); x += 2) colors.insert(image.pixel(x, y));
    return static_cast<int>(colors.size());
}

TEST(WaylandTest, TheWindowAnswersUnderAHeadlessCompositor) {
    if (installed("weston").empty()) GTEST_SKIP() << "weston is not installed";
    const ScratchFolder home;
    auto environment = home_environment(home.path());
    Process weston({{installed("weston"), "--backend=headless-backend.so", "--socket=univi-test",
                     "--width=1280", "--height=800", "--idle-time=0"},
                    {},
                    environment});
    const fs::path socket = home / "run/univi-test";
    for (int i = 0; i < 600 && !fs::exists(socket); ++i) std::this_thread::sleep_for(100ms);
    ASSERT_TRUE(fs::exists(socket)) << weston.stderr_text();

    environment["WAYLAND_DISPLAY"] = "univi-test";
    environment["WAYLAND_DEBUG"] = "client";  // what it says to the compositor, on stderr
    environment["QT_QPA_PLATFORM"] = "wayland";
    environment["DISPLAY"] = "";
    const fs::path picture = home / "window.png";
    const ProcessResult done = run_process(
        {{program("univi"), UNIVI_SOURCE_DIR "/resources/samples/street.jpg", "--ask",
          "What is in this picture?", "--screenshot", picture.string(), "--exit-when-done"},
         {},
         environment},
        {}, 300s);
    ASSERT_EQ(done.exit_code, 0) << done.err.substr(0, 4000);
    EXPECT_FALSE(trimmed(done.out).empty()) << "no reply on stdout";
    EXPECT_NE(done.err.find("set_title(\"UniVi Studio"), std::string::npos)
        << "no window was shown to the compositor";
    EXPECT_NE(done.err.find(".commit("), std::string::npos) << "nothing was painted there";
    const QImage image(QString::fromStdString(picture.string()));
    ASSERT_FALSE(image.isNull());
    EXPECT_GE(image.width(), 800);
    EXPECT_GE(countColors(image), kFewColors);
}

}  // namespace
}  // namespace univi::test
