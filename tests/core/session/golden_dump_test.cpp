#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>

#include "core/model/safetensors.h"
#include "core/model/tensor_table.h"
#include "core/session/engine.h"
#include "tests/core/session/golden_cases.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

constexpr double kRelativeError = 1e-4;

using Shape = std::vector<std::int64_t>;

template <typename T>
std::vector<T> values(const model::TensorView& view) {
    EXPECT_TRUE(view.is_contiguous());
    std::vector<T> out(static_cast<std::size_t>(view.num_elements()));
    std::memcpy(out.data(), view.data, out.size() * sizeof(T));
    return out;
}

std::int64_t count(const Shape& shape) {
    std::int64_t n = 1;
    for (const auto side : shape) n *= side;
    return n;
}

/// |a - b| / |b|
double relative_error(const std::vector<float>& a, const std::vector<float>& b) {
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += std::pow(double(a[i]) - b.at(i), 2);
        norm += std::pow(double(b[i]), 2);
    }
    return norm > 0 ? std::sqrt(difference / norm) : std::sqrt(difference);
}

void expect_close(const model::TensorTable& dump, const std::string& name,
                  const model::TensorView& expected) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(dump.contains(name));
    const auto& actual = dump.at(name);
    ASSERT_EQ(count(actual.shape), count(expected.shape));
    ASSERT_EQ(actual.dtype, model::DType::F32);
    EXPECT_LE(relative_error(values<float>(actual), values<float>(expected)), kRelativeError);
}

void expect_equal_ints(const model::TensorTable& dump, const std::string& name,
                       const model::TensorView& expected) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(dump.contains(name));
    ASSERT_EQ(dump.at(name).dtype, model::DType::I32);
    EXPECT_EQ(dump.at(name).shape, expected.shape);
    EXPECT_EQ(values<std::int32_t>(dump.at(name)), values<std::int32_t>(expected));
}

/// A frame that has the density of others became a centre in the reference by rounding alone
/// (golden README, 7). So that its choice is made here too, its centres are passed in as the
/// reference's random term: 1 for a centre, 0 for the others.
class ReferenceCentres {
  public:
    void add(std::size_t medium, const model::TensorTable& golden, const std::string& name) {
        const auto centers = golden.find(name + "/ctm3/centers");
        if (centers == golden.end()) return;
        auto& noise = noise_[medium];
        noise.assign(static_cast<std::size_t>(golden.at(name + "/ctm3/idx_cluster").num_elements()),
                     0);
        for (const auto center : values<std::int32_t>(centers->second))
            noise.at(static_cast<std::size_t>(center)) = 1;
    }
    /// The file's name; empty where no medium is a video.
    std::string write(const ScratchFolder& folder) const {
        if (noise_.empty()) return {};
        model::TensorTable table;
        for (const auto& [medium, noise] : noise_) {
            model::TensorView view;
            view.shape = {static_cast<std::int64_t>(noise.size())};
            view.stride = {1};
            view.data = reinterpret_cast<const std::byte*>(noise.data());
            view.bytes = noise.size() * sizeof(float);
            table["media" + std::to_string(medium) + "/frame_noise"] = view;
        }
        const auto file = folder / "noise.safetensors";
        model::write_safetensors(file, table);
        return file.string();
    }

  private:
    std::map<std::size_t, std::vector<float>> noise_;
};

/// Golden files name a video's frames "frames/ctm<s>", the dump contract "ctm<s>".
std::string contract_name(std::string name) {
    return name.starts_with("frames/") ? name.substr(7) : name;
}

/// slides_52s.mp4 is fragile (golden vision.json): in these two of its 52 frames a near tie between
/// two tokens goes the other way here. They are left out of the frames' tensors; in event 1, which
/// holds the second, two of 1,536 tokens change their group.
const std::set<std::int64_t> kNearTieFrames{10, 36};
constexpr int kNearTieTokens = 2;

/// Per-frame tensors without the frames above.
template <typename T>
std::vector<T> without_near_ties(const model::TensorView& view) {
    const auto all = values<T>(view);
    const auto width = static_cast<std::int64_t>(all.size()) / view.shape.at(0);
    std::vector<T> out;
    for (std::int64_t frame = 0; frame < view.shape[0]; ++frame)
        if (!kNearTieFrames.contains(frame))
            out.insert(out.end(), all.begin() + frame * width, all.begin() + (frame + 1) * width);
    return out;
}

/// The tensors that those near ties touch. True when `name` was one and is compared.
bool compare_fragile(const model::TensorView& actual, const model::TensorView& expected,
                     const std::string& name) {
    if (name == "event1/ctm0/idx_cluster") {
        const auto a = values<std::int32_t>(actual), b = values<std::int32_t>(expected);
        int different = 0;
        for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) different += a[i] != b[i];
        EXPECT_EQ(a.size(), b.size());
        EXPECT_LE(different, kNearTieTokens);
        return true;
    }
    if (!name.starts_with("frames/")) return false;
    EXPECT_EQ(actual.shape, expected.shape);
    if (expected.dtype == model::DType::I32)
        EXPECT_EQ(without_near_ties<std::int32_t>(actual),
                  without_near_ties<std::int32_t>(expected));
    else
        EXPECT_LE(
            relative_error(without_near_ties<float>(actual), without_near_ties<float>(expected)),
            kRelativeError);
    return true;
}

/// Every golden tensor below `golden_prefix` against the dump's below `dump_prefix`.
void expect_tensors(const model::TensorTable& dump, const std::string& dump_prefix,
                    const model::TensorTable& golden, const std::string& golden_prefix) {
    int compared = 0;
    for (const auto& [name, view] : golden) {
        if (!name.starts_with(golden_prefix) || name.ends_with("/score") ||
            name.ends_with("/event_order"))
            continue;
        const std::string own = dump_prefix + contract_name(name.substr(golden_prefix.size()));
        const bool fragile = golden_prefix == "slides_52s.mp4/" && dump.contains(own) &&
                             compare_fragile(dump.at(own), view, name.substr(golden_prefix.size()));
        if (fragile) {
            SUCCEED();
        } else if (view.dtype == model::DType::I32)
            expect_equal_ints(dump, own, view);
        else
            expect_close(dump, own, view);
        ++compared;
    }
    EXPECT_GT(compared, 3) << golden_prefix;
}

/// File names of a case's media, history first.
std::vector<std::string> media_of(const GoldenCase& golden) {
    std::vector<std::string> out;
    const auto add = [&](const std::vector<std::string>& files) {
        for (const auto& file : files)
            out.push_back(std::filesystem::path(file).filename().string());
    };
    for (const auto& turn : golden.history) add(turn.media);
    add(golden.question.media);
    return out;
}

class GoldenDump : public testing::TestWithParam<std::string> {};

TEST_P(GoldenDump, HoldsTheReferenceTensors) {
    const GoldenCase& golden = golden_case(GetParam());
    const ScratchFolder folder;
    const auto conversation = golden_engine(golden.placement).start_conversation();
    conversation->set_history(golden.history);
    session::DumpOptions options;
    options.question = golden.question;
    options.all_logits = true;
    options.out = (folder / "dump.safetensors").string();
    const auto tokens = model::read_safetensors(golden_file("data/tinyA_tokens.safetensors"));
    const auto media = media_of(golden);
    ReferenceCentres centres;
    for (std::size_t m = 0; m < media.size(); ++m) centres.add(m, tokens, media[m]);
    options.frame_noise = centres.write(folder);
    conversation->dump(options);
    const auto dump = model::read_safetensors(options.out);

    EXPECT_EQ(values<std::int32_t>(dump.at("input_ids")), golden.input_ids);
    const auto generated = model::read_safetensors(golden_file("data/tinyA_generate.safetensors"));
    expect_close(dump, "logits_last", generated.at(golden.name + "/logits_last"));
    for (const std::string tensor : {"logits_all", "inputs_embeds"})
        if (const auto it = generated.find(golden.name + "/" + tensor); it != generated.end())
            expect_close(dump, tensor, it->second);

    const auto features = model::read_safetensors(golden_file("data/tinyA_features.safetensors"));
    for (std::size_t m = 0; m < media.size(); ++m) {
        const std::string prefix = "media" + std::to_string(m) + "/";
        expect_tensors(dump, prefix, tokens, media[m] + "/");
        expect_close(dump, prefix + "features", features.at(media[m] + "/features"));
    }
    const auto logits = values<float>(dump.at("logits_last"));
    EXPECT_EQ(std::max_element(logits.begin(), logits.end()) - logits.begin(),
              golden.generated_ids.at(0));
}

std::vector<std::string> names() {
    std::vector<std::string> out;
    for (const auto& golden : golden_cases()) out.push_back(golden.name);
    return out;
}

INSTANTIATE_TEST_SUITE_P(TinyA, GoldenDump, testing::ValuesIn(names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace univi::test
