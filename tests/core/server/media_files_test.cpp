#include "core/server/media_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "core/base/error.h"
#include "core/base/file.h"
#include "tests/core/server/errors.h"
#include "tests/support/errors.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using server::MediaFiles;
using testing::HasSubstr;

class MediaFilesTest : public testing::Test {
  protected:
    MediaFilesTest() {
        fs::create_directories(folder_ / "allowed/in it");
        fs::create_directories(folder_ / "allowed-not");
        for (const char* name :
             {"allowed/a.png", "allowed/in it/b%.png", "secret.png", "allowed-not/c.png"})
            std::ofstream(folder_ / name) << name;
        fs::create_symlink(folder_ / "secret.png", folder_ / "allowed/link.png");
        fs::create_symlink(folder_ / "allowed/a.png", folder_ / "outside-link.png");
        files_.emplace(MediaFiles::Options{{path("allowed")}, 10});
    }
    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    std::string file_of(const std::string& address) { return files_->file_of({{}, address}); }
    server::ApiError refused(const std::string& address) {
        return refusal_of([&] { file_of(address); });
    }

    ScratchFolder folder_;
    std::optional<MediaFiles> files_;
};

TEST_F(MediaFilesTest, TakesFilesOfAllowedFolders) {
    const std::string file = fs::canonical(path("allowed/a.png")).string();
    EXPECT_EQ(file_of(path("allowed/a.png")), file);
    EXPECT_EQ(file_of("file://" + path("allowed/a.png")), file);
    EXPECT_EQ(file_of("file://localhost" + path("allowed/a.png")), file);
    EXPECT_EQ(file_of("FILE:" + path("allowed/../allowed/a.png")), file);
    EXPECT_EQ(file_of("file://" + path("allowed/in%20it/b%25.png")),
              fs::canonical(path("allowed/in it/b%.png")).string());
    // What counts is where a link leads.
    EXPECT_EQ(file_of(path("outside-link.png")), file);
}

TEST_F(MediaFilesTest, RefusesEverythingElse) {
    for (const std::string& address :
         {path("secret.png"), path("allowed/link.png"), path("allowed/../secret.png"),
          path("allowed"), path("allowed-not/c.png"), path("allowed/none.png"),
          "file://" + path("secret.png"), "file://" + path("allowed/%2e%2e/secret.png"),
          std::string("/dev/stdin"), path("allowed/a.png/.")})
        EXPECT_THAT(refused(address).message, HasSubstr("not one that this server may read"))
            << address;
    for (const char* address : {"http://example.org/a.png", "https://example.org/a.png", "a.png",
                                "", "file:a.png", "file://host/a.png%", "ftp://x"})
        EXPECT_EQ(refused(address).status, 400) << address;
}

TEST_F(MediaFilesTest, TheSameBytesAreTheSameFile) {
    const std::string file = file_of("data:image/png;base64,aGVsbG8=");
    EXPECT_EQ(base::read_file(file), "hello");
    const auto written = fs::last_write_time(file);
    EXPECT_EQ(file_of("data:image/jpeg;base64,aGVs\nbG8"), file);
    EXPECT_EQ(fs::last_write_time(file), written);
}

TEST_F(MediaFilesTest, KeepsTheLastOnes) {
    const std::string first = file_of("data:;base64,aGVsbG8=");   // 5 bytes of 10
    const std::string second = file_of("data:;base64,d29ybGQ=");  // 5
    file_of("data:;base64,aGVsbG8=");
    const std::string third = file_of("data:;base64,dGhpcmQ=");
    EXPECT_TRUE(fs::exists(first) && fs::exists(third));
    EXPECT_FALSE(fs::exists(second));
}

TEST_F(MediaFilesTest, RefusesBrokenDataAddresses) {
    for (const char* address :
         {"data:image/png;base64", "data:image/png,abc", "data:;base64,", "data:;base64,a",
          "data:;base64,a*b=", "data:;base64,ab=c", "data:"})
        EXPECT_EQ(refused(address).status, 400) << address;
}

TEST(MediaFiles, AFolderThatIsNoneIsBadUsage) {
    EXPECT_THAT(error_of(
                    [] {
                        MediaFiles({{"/no/such/folder"}, 1});
                    },
                    base::ErrorKind::Usage),
                HasSubstr("/no/such/folder"));
}

}  // namespace
}  // namespace univi::test
