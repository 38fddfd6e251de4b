#include "training/run/tensorboard_writer.h"

#include <gtest/gtest.h>

#include <cstring>

#include "core/base/crc32c.h"
#include "tests/support/process.h"
#include "tests/training/training_support.h"

namespace univi::training {
namespace {

std::uint32_t masked(const std::string& bytes) {
    const std::uint32_t crc = base::crc32c(std::as_bytes(std::span(bytes)));
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

/// Splits a TFRecord file and checks both checksums of each record.
std::vector<std::string> records(const std::string& file) {
    std::vector<std::string> result;
    for (std::size_t at = 0; at < file.size();) {
        std::uint64_t length = 0;
        std::uint32_t length_crc = 0, data_crc = 0;
        std::memcpy(&length, file.data() + at, 8);
        std::memcpy(&length_crc, file.data() + at + 8, 4);
        EXPECT_EQ(length_crc, masked(file.substr(at, 8)));
        result.push_back(file.substr(at + 12, length));
        std::memcpy(&data_crc, file.data() + at + 12 + length, 4);
        EXPECT_EQ(data_crc, masked(result.back()));
        at += 16 + length;
    }
    return result;
}

TEST(TensorBoard, RecordsHoldStepTagAndValue) {
    test::ScratchFolder folder;
    TensorBoardWriter writer(folder / "runs");
    writer.write(300, {{"train/loss", 1.5}, {"train/epoch", 0.25}});
    const auto all = records(base::read_file(writer.path()));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_NE(all[0].find("brain.Event:2"), std::string::npos);
    const std::string& event = all[1];
    EXPECT_EQ(event[0], 0x09);                      // field 1, eight bytes: wall time
    EXPECT_EQ(event.substr(9, 3), "\x10\xac\x02");  // field 2, varint 300
    EXPECT_EQ(event[12], 0x2a);                     // field 5: summary
    const auto tag = event.find("train/loss");
    ASSERT_NE(tag, std::string::npos);
    float value = 0;
    EXPECT_EQ(event[tag + 10], 0x15);  // field 2, four bytes: simple_value
    std::memcpy(&value, event.data() + tag + 11, 4);
    EXPECT_EQ(value, 1.5F);
    EXPECT_NE(event.find("train/epoch"), std::string::npos);
}

TEST(TensorBoard, ItsOwnReaderReadsTheFile) {
    using ::univi::test::run_process;
    if (run_process({{"/bin/sh", "-c", "python3 -c 'import tensorboard'"}}).exit_code != 0)
        GTEST_SKIP() << "python3 has no package tensorboard here (pip install tensorboard)";
    test::ScratchFolder folder;
    TensorBoardWriter writer(folder / "runs");
    writer.write(1, {{"train/loss", 1.5}, {"train/epoch", 0.25}});
    writer.write(300, {{"train/loss", 0.75}});
    writer.write(300, {{"eval/loss", 2.5}});
    const std::string script =
        "import sys\n"
        "from tensorboard.backend.event_processing.event_accumulator import EventAccumulator\n"
        "all = EventAccumulator(sys.argv[1]); all.Reload()\n"
        "for tag in sorted(all.Tags()['scalars']):\n"
        "    print(tag, [(each.step, each.value) for each in all.Scalars(tag)])\n";
    const auto result = run_process(
        {{"/bin/sh", "-c", "exec python3 -c \"$0\" \"$1\"", script, (folder / "runs").string()}});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out,
              "eval/loss [(300, 2.5)]\n"
              "train/epoch [(1, 0.25)]\n"
              "train/loss [(1, 1.5), (300, 0.75)]\n");
}

/// A file of a resumed run begins with the sign at which readers forget later steps.
TEST(TensorBoard, AResumedRunSaysWhereItBegins) {
    test::ScratchFolder folder;
    TensorBoardWriter first(folder / "runs", 1);
    EXPECT_EQ(records(base::read_file(first.path())).size(), 1U);  // nothing to forget
    for (int step = 1; step <= 5; ++step) first.write(step, {{"train/loss", 1.0 * step}});
    TensorBoardWriter second(folder / "runs", 300);
    const auto all = records(base::read_file(second.path()));
    ASSERT_EQ(all.size(), 2U);
    // step 300; session_log, status START
    EXPECT_EQ(all[1].substr(9), std::string("\x10\xac\x02\x3a\x02\x08\x01"));
    // Readers go by the names: begun in the same second, or with a clock that was set back.
    EXPECT_LT(first.path().filename().string(), second.path().filename().string());
    test::write(folder / "runs/events.out.tfevents.9999999998.later.1.0", "");
    const TensorBoardWriter third(folder / "runs", 4);
    EXPECT_TRUE(third.path().filename().string().starts_with("events.out.tfevents.9999999999."))
        << third.path();
}

TEST(TensorBoard, FilesAreCutWhereARunGoesOn) {
    test::ScratchFolder folder;
    TensorBoardWriter writer(folder / "runs");
    for (int step = 1; step <= 300; ++step) writer.write(step, {{"train/loss", 1.0 * step}});
    const std::string whole = base::read_file(writer.path());
    test::write(writer.path(), whole.substr(0, whole.size() - 3));  // torn
    cut_event_files(folder / "runs", 200);
    const auto kept = records(base::read_file(writer.path()));
    EXPECT_EQ(kept.size(), 200U);  // the version and 199 steps
    EXPECT_EQ(base::read_file(writer.path()),
              whole.substr(0, base::read_file(writer.path()).size()));
}

TEST(TensorBoard, ItsOwnReaderForgetsWhatComesAgain) {
    using ::univi::test::run_process;
    if (run_process({{"/bin/sh", "-c", "python3 -c 'import tensorboard'"}}).exit_code != 0)
        GTEST_SKIP() << "python3 has no package tensorboard here (pip install tensorboard)";
    test::ScratchFolder folder;
    const auto write = [&](std::int64_t from, std::int64_t to) {
        TensorBoardWriter writer(folder / "runs", from);
        for (std::int64_t step = from; step <= to; ++step)
            writer.write(step, {{"train/loss", 1.0 * static_cast<double>(from)}});
    };
    write(1, 5);
    write(4, 12);
    write(3, 4);
    const std::string script =
        "import sys\n"
        "from tensorboard.backend.event_processing.event_accumulator import EventAccumulator\n"
        "all = EventAccumulator(sys.argv[1]); all.Reload()\n"
        "print([(each.step, each.value) for each in all.Scalars('train/loss')])\n";
    const auto result = run_process(
        {{"/bin/sh", "-c", "exec python3 -c \"$0\" \"$1\"", script, (folder / "runs").string()}});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, "[(1, 1.0), (2, 1.0), (3, 3.0), (4, 3.0)]\n");
}

}  // namespace
}  // namespace univi::training
