#include "core/protocol/download_protocol.h"

#include <gtest/gtest.h>

#include "core/base/error.h"

namespace univi::test {
namespace {

using namespace protocol::download;

TEST(DownloadProtocol, EachEventReadsBack) {
    const PlanEvent plan{"owner/name", "0123", 30, 20, {{"config.json", 10}, {"model.bin", -1}}};
    const auto read = std::get<PlanEvent>(*parse_event(to_line(plan)));
    EXPECT_EQ(read.repository, "owner/name");
    EXPECT_EQ(read.bytes_total, 30);
    EXPECT_EQ(read.bytes_to_come, 20);
    ASSERT_EQ(read.files.size(), 2u);
    EXPECT_EQ(read.files[0].path, "config.json");
    EXPECT_EQ(read.files[1].size, -1);
    const auto progress =
        std::get<ProgressEvent>(*parse_event(to_line(ProgressEvent{"model.bin", 7, 17, 5, 1})));
    EXPECT_EQ(progress.file, "model.bin");
    EXPECT_EQ(progress.file_bytes, 7);
    EXPECT_EQ(progress.bytes, 17);
    EXPECT_EQ(progress.files, 1);
    // A folder's name is any bytes.
    EXPECT_EQ(std::get<DoneEvent>(*parse_event(to_line(DoneEvent{"/caf\xE9"}))).folder, "/caf\xE9");
}

TEST(DownloadProtocol, ANewerEventIsPassedOverAndABadOneNamed) {
    EXPECT_FALSE(parse_event(R"({"event":"rested"})"));
    EXPECT_THROW(parse_event(R"({"event":"progress","file":"a"})"), base::Error);
    EXPECT_THROW(parse_event(R"({"event":"plan","repository":7})"), base::Error);
    EXPECT_THROW(parse_event("half a li"), base::Error);
}

}  // namespace
}  // namespace univi::test
