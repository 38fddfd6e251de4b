#include "training/run/tensorboard_reader.h"

#include <gmock/gmock.h>

#include <tuple>

#include "tests/training/training_support.h"
#include "training/run/tensorboard_records.h"
#include "training/run/tensorboard_writer.h"

namespace univi::training {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Point = std::tuple<std::string, std::int64_t, double>;

std::vector<Point> read_all(TensorBoardReader& reader, std::vector<std::int64_t>* restarts = {},
                            std::size_t budget = std::size_t{1} << 20) {
    std::vector<Point> points;
    const auto take = [&](std::string_view tag, std::int64_t step, double value, double) {
        points.emplace_back(tag, step, value);
    };
    const auto restart = [&](std::int64_t step) {
        if (restarts) restarts->push_back(step);
    };
    while (reader.read(take, restart, budget)) {
    }
    return points;
}

TEST(TensorBoardReader, ReadsWhatTheWriterWrites) {
    test::ScratchFolder folder;
    TensorBoardWriter first(folder / "runs");
    first.write(1, {{"train/loss", 1.5}, {"train/epoch", 0.25}});
    TensorBoardReader reader(first.path());
    EXPECT_THAT(read_all(reader),
                ElementsAre(Point{"train/loss", 1, 1.5}, Point{"train/epoch", 1, 0.25}));
    EXPECT_THAT(read_all(reader), ElementsAre());
    first.write(300, {{"train/loss", 0.5}});
    EXPECT_THAT(read_all(reader, nullptr, 5), ElementsAre(Point{"train/loss", 300, 0.5}));
    TensorBoardWriter second(folder / "runs", 4);
    TensorBoardReader again(second.path());
    std::vector<std::int64_t> restarts;
    EXPECT_THAT(read_all(again, &restarts), ElementsAre());
    EXPECT_THAT(restarts, ElementsAre(4));
}

/// TensorFlow 2 writes scalars as tensors of rank 0, with their number packed or in raw bytes.
TEST(TensorBoardReader, ReadsScalarsThatAreTensors) {
    const double number = 2.5;
    const std::string raw(reinterpret_cast<const char*>(&number), sizeof number);
    const auto event = [](const std::string& tensor) {
        const std::string value = bytes_field(1, "loss") + bytes_field(8, tensor);
        return tensorboard_record(varint_field(2, 7) + bytes_field(5, bytes_field(1, value)));
    };
    test::ScratchFolder folder;
    test::write(folder / "events",
                event(varint_field(1, 1) + float_field(5, 0.5F)) +
                    event(varint_field(1, 2) + bytes_field(4, raw)) +
                    event(varint_field(1, 2) + bytes_field(6, raw)) +
                    event(varint_field(1, 3) + bytes_field(4, raw)));  // integers are no scalars
    TensorBoardReader reader(folder / "events");
    EXPECT_THAT(read_all(reader),
                ElementsAre(Point{"loss", 7, 0.5}, Point{"loss", 7, 2.5}, Point{"loss", 7, 2.5}));
    EXPECT_EQ(reader.problem(), "");
}

TEST(TensorBoardReader, ATornRecordWaitsAndABrokenOneIsNamed) {
    test::ScratchFolder folder;
    TensorBoardWriter writer(folder / "runs");
    for (int step = 1; step <= 10; ++step) writer.write(step, {{"loss", 1.0 * step}});
    const std::string whole = base::read_file(writer.path());
    const test::fs::path file = folder / "events";
    test::write(file, whole.substr(0, whole.size() - 5));
    TensorBoardReader torn(file);
    EXPECT_EQ(read_all(torn).size(), 9U);
    EXPECT_EQ(torn.problem(), "");
    test::write(file, whole);
    EXPECT_THAT(read_all(torn), ElementsAre(Point{"loss", 10, 10.0}));
    std::string flipped = whole;
    flipped[whole.size() / 2] ^= 1;
    test::write(file, flipped);
    TensorBoardReader broken(file);
    const std::size_t before = read_all(broken).size();
    EXPECT_TRUE(before > 0 && before < 10) << before;
    EXPECT_THAT(broken.problem(), HasSubstr("events is broken at byte "));
    // Any length is refused without taking the memory.
    test::write(file, std::string(200, '\xff'));
    TensorBoardReader hostile(file);
    EXPECT_TRUE(read_all(hostile).empty());
    EXPECT_THAT(hostile.problem(), HasSubstr("broken at byte 0"));
}

}  // namespace
}  // namespace univi::training
