#include "core/session/frame_pipeline.h"

#include <gtest/gtest.h>

#include <utility>

#include "core/base/error.h"

namespace univi::session {
namespace {

const std::string kClip = UNIVI_SOURCE_DIR "/resources/samples/drive.mp4";

FramePipeline::Options frames(int count) {
    FramePipeline::Options options;
    options.sampling.max_frames = count;
    options.sampling.spread = true;
    return options;
}

std::vector<std::size_t> batches(int count, int size) {
    FramePipeline pipeline(kClip, frames(count), PictureStore(std::filesystem::path()), {});
    std::vector<std::size_t> sizes;
    int last = -1;
    do {
        const auto batch = pipeline.next_batch(size);
        for (const PreparedFrame& frame : batch)
            EXPECT_GT(frame.index, std::exchange(last, frame.index));
        sizes.push_back(batch.size());
    } while (sizes.back() > 0);
    return sizes;
}

TEST(FramePipeline, ABatchMayBeLargerThanTheQueue) {
    using Sizes = std::vector<std::size_t>;
    EXPECT_EQ(batches(20, 16), (Sizes{16, 4, 0}));
    EXPECT_EQ(batches(20, 8), (Sizes{8, 8, 4, 0}));
    EXPECT_EQ(batches(8, 4), (Sizes{4, 4, 0}));
    EXPECT_EQ(batches(3, 64), (Sizes{3, 0}));
}

TEST(FramePipeline, AStopEndsTheWaiting) {
    base::StopSource stop;
    FramePipeline pipeline(kClip, frames(4), PictureStore(std::filesystem::path()),
                           stop.get_token());
    stop.request_stop();
    EXPECT_THROW(pipeline.next_batch(16), base::Error);
}

}  // namespace
}  // namespace univi::session
