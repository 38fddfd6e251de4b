#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

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

void expect_close(const model::TensorTable& dump, const std::string& name,
                  const model::TensorView& expected) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(dump.contains(name));
    const auto& actual = dump.at(name);
    ASSERT_EQ(count(actual.shape), count(expected.shape));
    ASSERT_EQ(actual.dtype, model::DType::F32);
    const auto a = values<float>(actual), b = values<float>(expected);
    double difference = 0, norm = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        difference += std::pow(double(a[i]) - b[i], 2);
        norm += std::pow(double(b[i]), 2);
    }
    EXPECT_LE(std::sqrt(difference), kRelativeError * std::sqrt(norm));
}

void expect_equal_ints(const model::TensorTable& dump, const std::string& name,
                       const model::TensorView& expected) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(dump.contains(name));
    ASSERT_EQ(dump.at(name).dtype, model::DType::I32);
    EXPECT_EQ(dump.at(name).shape, expected.shape);
    EXPECT_EQ(values<std::int32_t>(dump.at(name)), values<std::int32_t>(expected));
}

/// Every golden tensor below `golden_prefix` against the dump's below `dump_prefix`.
void expect_tensors(const model::TensorTable& dump, const std::string& dump_prefix,
                    const model::TensorTable& golden, const std::string& golden_prefix) {
    int compared = 0;
    for (const auto& [name, view] : golden) {
        if (!name.starts_with(golden_prefix) || name.ends_with("/score")) continue;
        const std::string own = dump_prefix + name.substr(golden_prefix.size());
        if (view.dtype == model::DType::I32)
            expect_equal_ints(dump, own, view);
        else
            expect_close(dump, own, view);
        ++compared;
    }
    EXPECT_GT(compared, 3) << golden_prefix;
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
    conversation->dump(options);
    const auto dump = model::read_safetensors(options.out);

    EXPECT_EQ(values<std::int32_t>(dump.at("input_ids")), golden.input_ids);
    const auto generated = model::read_safetensors(golden_file("data/tinyA_generate.safetensors"));
    expect_close(dump, "logits_last", generated.at(golden.name + "/logits_last"));
    for (const std::string tensor : {"logits_all", "inputs_embeds"})
        if (const auto it = generated.find(golden.name + "/" + tensor); it != generated.end())
            expect_close(dump, tensor, it->second);

    const auto tokens = model::read_safetensors(golden_file("data/tinyA_tokens.safetensors"));
    const auto features = model::read_safetensors(golden_file("data/tinyA_features.safetensors"));
    std::vector<std::string> media = golden.question.media;
    for (const auto& turn : golden.history)
        media.insert(media.end(), turn.media.begin(), turn.media.end());
    for (std::size_t m = 0; m < media.size(); ++m) {
        const std::string prefix = "media" + std::to_string(m) + "/";
        const std::string name = std::filesystem::path(media[m]).filename().string();
        expect_tensors(dump, prefix, tokens, name + "/");
        expect_close(dump, prefix + "features", features.at(name + "/features"));
    }
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
