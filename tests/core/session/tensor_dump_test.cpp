#include "core/session/tensor_dump.h"
#include "core/model/safetensors.h"

#include <gmock/gmock.h>

#include "core/base/error.h"
#include "tests/support/scratch_folder.h"

namespace univi::session {
namespace {

using univi::test::ScratchFolder;

class TensorDumpTest : public testing::Test {
  protected:
    std::string write(const std::string& name, const std::map<std::string, at::Tensor>& tensors) {
        TensorDump file;
        for (const auto& [key, tensor] : tensors) file.add(key, tensor);
        const std::string path = (folder_ / name).string();
        file.write(path);
        return path;
    }
    ScratchFolder folder_;
};

TEST_F(TensorDumpTest, IntegersAreWrittenAsInt32AndTheRestAsFp32) {
    const auto table = model::read_safetensors(
        write("a", {{"ids", at::tensor({1, 2}, at::kLong)}, {"x", at::ones({2}, at::kHalf)}}));
    EXPECT_EQ(table.at("ids").dtype, model::DType::I32);
    EXPECT_EQ(table.at("x").dtype, model::DType::F32);
}

TEST_F(TensorDumpTest, NoiseOfOneMediumComesBeforeNoiseOfAll) {
    const NoiseFiles noise(
        write("frames",
              {{"frame_noise", at::zeros({1, 3})}, {"media1/frame_noise", at::ones({3})}}),
        write("tokens", {{"ctm0", at::zeros({3, 4})}, {"media0/event1/ctm2", at::ones({4})}}));
    EXPECT_TRUE(at::equal(*noise.frame("media0/"), at::zeros({3})));
    EXPECT_TRUE(at::equal(*noise.frame("media1/"), at::ones({3})));
    EXPECT_TRUE(at::equal(*noise.token("media0/", "event1/ctm2"), at::ones({4})));
    EXPECT_TRUE(at::equal(*noise.token("media7/", "ctm0"), at::zeros({3, 4})));
    EXPECT_FALSE(noise.token("media1/", "event1/ctm2"));
}

TEST_F(TensorDumpTest, AFileWithoutFrameNoiseIsRefused) {
    EXPECT_THROW(NoiseFiles(write("other", {{"x", at::ones({1})}}), ""), base::Error);
    const NoiseFiles none("", "");
    EXPECT_FALSE(none.frame("media0/"));
    EXPECT_FALSE(none.token("media0/", "ctm0"));
}

TEST_F(TensorDumpTest, AMediumsBatchesAreOneTensorEach) {
    TensorDump out;
    const NoiseFiles none("", "");
    MediumDump probe(out, none, 2);
    probe.on_features(at::zeros({4, 3, 2, 2}), at::zeros({4, 5, 6}));
    probe.on_features(at::ones({1, 3, 2, 2}), at::ones({1, 5, 6}));
    model::VisualEncoding encoding;
    encoding.frames.resize(5);
    probe.on_encoding(encoding);
    probe.add_visual_tokens(at::ones({7, 8}));
    const std::string path = (folder_ / "dump").string();
    out.write(path);
    const auto table = model::read_safetensors(path);
    EXPECT_EQ(table.at("media2/pixel_values").shape, (std::vector<std::int64_t>{5, 3, 2, 2}));
    EXPECT_EQ(table.at("media2/features").shape, (std::vector<std::int64_t>{5, 5, 6}));
    EXPECT_EQ(table.at("media2/visual_tokens").shape, (std::vector<std::int64_t>{7, 8}));
}

}  // namespace
}  // namespace univi::session
