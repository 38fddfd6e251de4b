// What every program that computes does before its library is opened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/programs.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const std::string kNames[] = {"univi-cli", "univi-engine", "univi-train", "univi-demo"};

/// Runs it as somebody who set nothing but `environment`; OpenMP's runtime says what it took.
ProcessResult run_plain(const std::string& file, const std::vector<std::string>& environment = {}) {
    std::vector<std::string> command{
        "/usr/bin/env", "-u", "GOMP_SPINCOUNT", "-u", "OMP_WAIT_POLICY", "OMP_DISPLAY_ENV=VERBOSE"};
    command.insert(command.end(), environment.begin(), environment.end());
    command.insert(command.end(), {file, "--version"});
    return run_process({command});
}

TEST(Launcher, OpenMpIsToldNotToSpin) {
    for (const std::string& name : kNames) {
        const auto result = run_plain(program(name));
        EXPECT_EQ(result.exit_code, 0) << name << result.err;
        EXPECT_THAT(result.out, HasSubstr(name + " "));
        EXPECT_THAT(result.err, HasSubstr("GOMP_SPINCOUNT = '1000'")) << name;
    }
}

TEST(Launcher, WhoSetItHasDecided) {
    const auto count = run_plain(program("univi-cli"), {"GOMP_SPINCOUNT=77"});
    EXPECT_THAT(count.err, HasSubstr("GOMP_SPINCOUNT = '77'"));
    const auto policy = run_plain(program("univi-cli"), {"OMP_WAIT_POLICY=active"});
    EXPECT_THAT(policy.err, HasSubstr("OMP_WAIT_POLICY = 'ACTIVE'"));
    EXPECT_THAT(policy.err, Not(HasSubstr("GOMP_SPINCOUNT = '1000'")));
}

TEST(Launcher, AProgramWithoutItsLibrarySaysSo) {
    const ScratchFolder folder;
    const fs::path alone = folder.path() / "univi-cli";
    fs::copy_file(program("univi-cli"), alone);
    const auto result = run_plain(alone.string());
    EXPECT_EQ(result.exit_code, 126);
    EXPECT_THAT(result.err, HasSubstr("The library libunivi-cli.so of this program"));
    EXPECT_THAT(result.err, HasSubstr("build or install it again"));
}

/// Programs that read no picture do without the 140 libraries of OpenCV's formats, and who has no
/// camera without the 100 of FFmpeg's devices.
TEST(Launcher, LibrariesThatBringManyAreOpenedWhenNeeded) {
    const auto opened = [](const std::vector<std::string>& arguments) {
        std::vector<std::string> command{"/usr/bin/env", "LD_DEBUG=files", program("univi-cli")};
        command.insert(command.end(), arguments.begin(), arguments.end());
        const auto result = run_process({command});
        EXPECT_EQ(result.exit_code, 0) << result.out;
        const auto has = [&](const char* name) {
            return result.err.find(name) != std::string::npos;
        };
        return std::pair(has("opencv_imgcodecs"), has("libavdevice"));
    };
    EXPECT_EQ(opened({"--version"}), std::pair(false, false));
    EXPECT_EQ(opened({"chat", "--model", golden_model(), "--max-new-tokens", "1", "--image",
                      golden_input("HappyFish.jpg"), "--prompt", "What is it?"}),
              std::pair(true, false));
}

}  // namespace
}  // namespace univi::test
