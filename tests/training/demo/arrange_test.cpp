#include "training/demo/arrange.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"

namespace univi::training::demo {
namespace {

namespace fs = std::filesystem;

class Arrange : public testing::Test {
  protected:
    void SetUp() override {
        fs::remove_all(work_);
        write("pictures", "image", 22);
        write("clips", "video", 3);
    }
    void write(const std::string& folder, const char* key, int count) const {
        base::Json list = base::Json::array();
        for (int i = 0; i < count; ++i)
            list.push_back({{"id", i},
                            {key, std::to_string(i) + ".x"},
                            {"conversations", base::Json::array()}});
        fs::create_directories(work_ / folder);
        base::write_file_atomically(work_ / folder / "train.json", list.dump());
    }
    const fs::path work_ = fs::path(testing::TempDir()) / "univi_arrange";
};

TEST_F(Arrange, BatchesAreOfOneKindAndNameTheirMedia) {
    arrange_conversations(work_, 2, 5);
    const base::Json list = base::read_json_file(work_ / "questions.json");
    ASSERT_EQ(list.size(), 22U + 5 * 2U);
    std::set<std::string> pictures, clips;
    for (std::size_t i = 0; i < list.size(); i += 2) {
        const bool is_clip = list[i].contains("video");
        EXPECT_EQ(is_clip, i / 2 % 3 == 2) << i;
        EXPECT_EQ(list[i + 1].contains("video"), is_clip) << i;
        for (std::size_t j = i; j < i + 2; ++j)
            (is_clip ? clips : pictures)
                .insert(list[j].at(is_clip ? "video" : "image").get<std::string>());
    }
    EXPECT_EQ(pictures.size(), 22U);
    EXPECT_TRUE(pictures.contains("pictures/media/21.x"));
    EXPECT_EQ(clips.size(), 2U);  // one batch, again and again
}

TEST_F(Arrange, SameSeedSameOrder) {
    arrange_conversations(work_, 2, 5);
    const std::string once = base::read_file(work_ / "questions.json");
    arrange_conversations(work_, 2, 5);
    EXPECT_EQ(base::read_file(work_ / "questions.json"), once);
    arrange_conversations(work_, 2, 6);
    EXPECT_NE(base::read_file(work_ / "questions.json"), once);
}

TEST_F(Arrange, TooFewConversationsAreRefused) {
    EXPECT_THROW(arrange_conversations(work_, 4, 5), base::Error);
}

}  // namespace
}  // namespace univi::training::demo
