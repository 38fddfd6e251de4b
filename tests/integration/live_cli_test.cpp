// univi-cli live on FFmpeg's test pictures and on a stream; cameras and screens as univi-cli record
// knows them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/base/error.h"
#include "core/media/image_file.h"
#include "core/protocol/live_protocol.h"
#include "tests/integration/programs.h"
#include "tests/support/clips.h"
#include "tests/support/http_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
namespace live = protocol::live;
using testing::HasSubstr;

/// A camera that stays open.
class LiveCli {
  public:
    explicit LiveCli(const std::vector<std::string>& source = {"--camera",
                                                               "testsrc2=size=64x48:rate=10,"
                                                               "realtime",
                                                               "--camera-format", "lavfi"})
        : process_({words(source), {}, {}}) {}
    void ask(const live::Request& request) { process_.write(to_line(request) + "\n"); }
    void say(const std::string& line) { process_.write(line + "\n"); }
    /// The next event of a kind; others are passed over.
    template <class Kind>
    Kind next() {
        while (const auto line = process_.read_line()) {
            const auto event = live::parse_event(*line);
            if (event && std::holds_alternative<Kind>(*event)) return std::get<Kind>(*event);
        }
        throw std::runtime_error("no such event; " + process_.stderr_text());
    }
    void wait_for_picture() {
        while (next<live::PictureEvent>().held == 0) {
        }
    }
    int end() {
        process_.close_stdin();
        return process_.wait().value_or(-1);
    }
    Process& process() { return process_; }

  private:
    static std::vector<std::string> words(const std::vector<std::string>& source) {
        std::vector<std::string> all{
            program("univi-cli"), "live", "--frames", "3", "--every", "0.2"};
        all.insert(all.end(), source.begin(), source.end());
        return all;
    }

    Process process_;
};

TEST(LiveCli, AWindowGoesAtTheEndUnlessItIsKept) {
    const ScratchFolder folder;
    const std::string kept = (folder / "kept.mkv").string(),
                      other = (folder / "other.mkv").string();
    LiveCli cli;
    cli.wait_for_picture();
    cli.ask(live::WindowRequest{kept});
    const auto window = cli.next<live::WindowEvent>();
    EXPECT_EQ(window.file, kept);
    EXPECT_GT(window.frames, 0);
    EXPECT_LE(window.start_s, window.end_s);
    cli.ask(live::WindowRequest{other});
    EXPECT_EQ(cli.next<live::WindowEvent>().file, other);
    EXPECT_TRUE(fs::exists(other));
    cli.ask(live::KeepRequest{kept});
    EXPECT_EQ(cli.end(), 0) << cli.process().stderr_text();
    EXPECT_TRUE(fs::exists(kept));
    EXPECT_FALSE(fs::exists(other));
}

TEST(LiveCli, ARecordingIsWrittenToItsEndWhateverEndsIt) {
    const ScratchFolder folder;
    for (const bool by_signal : {false, true}) {
        const std::string file = (folder / (by_signal ? "b.mkv" : "a.mkv")).string();
        LiveCli cli;
        cli.wait_for_picture();
        cli.ask(live::RecordRequest{file});
        cli.wait_for_picture();
        cli.wait_for_picture();
        if (by_signal)
            cli.process().signal(SIGTERM);
        else
            cli.process().close_stdin();
        const auto recorded = cli.next<live::RecordedEvent>();
        EXPECT_EQ(recorded.file, file);
        EXPECT_GT(recorded.seconds, 0);
        EXPECT_EQ(cli.process().wait(), 0) << cli.process().stderr_text();
        EXPECT_GT(fs::file_size(file), 0U);
    }
}

TEST(LiveCli, WhatCannotBeDoneIsRefusedAndTheCameraGoesOn) {
    LiveCli cli;
    cli.wait_for_picture();
    const auto refusal_of = [&cli](const std::string& line) {
        cli.say(line);
        return cli.next<live::RefusedEvent>().message;
    };
    EXPECT_THAT(refusal_of("nonsense"), HasSubstr("request"));
    EXPECT_THAT(refusal_of(R"({"request":"dance"})"), HasSubstr("must be window, keep, record"));
    EXPECT_THAT(refusal_of(R"({"request":"window"})"), HasSubstr("file"));
    EXPECT_THAT(refusal_of(R"({"request":"window","file":"/nowhere/a.mkv"})"),
                HasSubstr("/nowhere"));
    EXPECT_THAT(refusal_of(R"({"request":"record","file":"/nowhere/a.mkv"})"),
                HasSubstr("/nowhere"));
    EXPECT_THAT(refusal_of(R"({"request":"end_recording"})"),
                HasSubstr("Nothing is being recorded"));
    cli.wait_for_picture();
    EXPECT_EQ(cli.end(), 0) << cli.process().stderr_text();
}

/// Its address comes before the requests, on the same standard input.
TEST(LiveCli, AStreamIsNamedByTheFirstLine) {
    const ScratchFolder folder;
    media::write_image(folder / "a.jpg", numbered_picture(5, 160, 120));
    std::ifstream file(folder / "a.jpg", std::ios::binary);
    const HttpServer server({std::istreambuf_iterator<char>(file), {}});
    const std::string host = server.address("").substr(7);
    LiveCli cli({"--stream", "-"});
    cli.say("http://me:secret@" + host + "/jpegs?key=hidden");
    cli.wait_for_picture();
    cli.ask(live::WindowRequest{(folder / "a.mkv").string()});
    EXPECT_GT(cli.next<live::WindowEvent>().frames, 0);
    EXPECT_EQ(cli.end(), 0) << cli.process().stderr_text();
}

TEST(LiveCli, AStreamThatBreaksOffEndsItWithASentence) {
    const HttpServer server("");
    const std::string host = server.address("").substr(7);
    LiveCli cli({"--stream", "http://me:secret@" + host + "/no"});
    EXPECT_EQ(cli.process().wait(), 1);
    EXPECT_THAT(cli.process().stderr_text(), HasSubstr("/no cannot be opened as a video"));
    EXPECT_THAT(cli.process().stderr_text(), testing::Not(HasSubstr("secret")));
    LiveCli file({"--stream", "/etc/passwd"});
    EXPECT_EQ(file.process().wait(), 1);
    EXPECT_EQ(run_cli({"live", "--stream", "http://h/", "--camera", "x"}).exit_code, 2);
}

TEST(LiveCli, ACameraThatIsNotThereEndsIt) {
    const auto result = run_cli({"live", "--camera", "/dev/video99"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("/dev/video99 is not there; connect a camera."));
    EXPECT_EQ(run_cli({"live", "--camera", "x", "--frames", "0"}).exit_code, 2);
    EXPECT_EQ(run_cli({"live"}).exit_code, 2);
}

TEST(LiveCli, AScreenOfX11IsACameraToo) {
    if (run_process({{"/bin/sh", "-c", "command -v xvfb-run"}}).exit_code != 0)
        GTEST_SKIP() << "xvfb-run is not installed";
    const ScratchFolder folder;
    const std::string out = (folder / "screen.png").string();
    const std::string cli = program("univi-cli");
    const std::string script = "unset WAYLAND_DISPLAY XDG_SESSION_TYPE; '" + cli +
                               "' record --list-cameras && '" + cli +
                               "' record --camera \"$DISPLAY\" --camera-format x11grab --still "
                               "--out '" +
                               out + "'";
    const ProcessResult seen = run_process(
        {{"/bin/sh", "-c", "exec xvfb-run -a -s '-screen 0 320x240x24' sh -c \"$0\"", script}});
    ASSERT_EQ(seen.exit_code, 0) << seen.err;
    EXPECT_THAT(seen.out, HasSubstr(R"("format":"x11grab")"));
    EXPECT_GT(fs::file_size(out), 100U);
    const auto none = run_cli({"record", "--camera", ":983", "--camera-format", "x11grab",
                               "--still", "--out", out + "x"});
    EXPECT_EQ(none.exit_code, 1);
    EXPECT_THAT(none.err, HasSubstr("The screen :983 cannot be seen"));
}

}  // namespace
}  // namespace univi::test
