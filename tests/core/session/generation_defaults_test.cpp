#include "core/session/generation_defaults.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/paths.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

using protocol::GenerationDefaults;
using session::read_generation_defaults;

const GenerationDefaults kPublished{};  // temperature 0.2, everything drawn from

class GenerationDefaultsTest : public testing::Test {
  protected:
    GenerationDefaults of(const std::string& text, const char* file = "generation_config.json") {
        std::ofstream(folder_.path() / file) << text;
        return read_generation_defaults({folder_.path()});
    }

    ScratchFolder folder_;
};

TEST_F(GenerationDefaultsTest, APublishedCheckpointIsSampledAsItsDemo) {
    EXPECT_EQ(read_generation_defaults({folder_.path()}), kPublished);
    EXPECT_EQ(of(R"({"_from_model_config":true,"bos_token_id":1,"eos_token_id":2,"pad_token_id":0,
                     "transformers_version":"4.31.0"})"),
              kPublished);
}

TEST_F(GenerationDefaultsTest, DoSampleFalseIsGreedyWhateverElseStandsThere) {
    EXPECT_EQ(of(R"({"do_sample":false})").temperature, 0);
    const auto both = of(R"({"do_sample":false,"temperature":0.9,"top_p":0.6})");
    EXPECT_EQ(both.temperature, 0);
    EXPECT_EQ(both.top_p, 1);
}

TEST_F(GenerationDefaultsTest, StatedSamplingHolds) {
    EXPECT_EQ(of(R"({"do_sample":true,"temperature":0.9,"top_p":0.6,"top_k":7,
                     "repetition_penalty":1.2,"max_new_tokens":33})"),
              (GenerationDefaults{0.9, 0.6, 7, 1.2, 33}));
    // Without do_sample a stated value means sampling; the rest is as transformers has it.
    EXPECT_EQ(of(R"({"temperature":0.9,"top_p":0.6})"),
              (GenerationDefaults{0.9, 0.6, 50, 1, 1024}));
    EXPECT_EQ(of(R"({"do_sample":true})"), (GenerationDefaults{1, 1, 50, 1, 1024}));
    EXPECT_EQ(of(R"({"do_sample":true,"temperature":0})").temperature, 0);
    EXPECT_EQ(of(R"({"do_sample":null,"temperature":null,"top_p":null})"), kPublished);
    EXPECT_EQ(of(R"({"max_new_tokens":12,"repetition_penalty":1.1})"),
              (GenerationDefaults{0.2, 1, 0, 1.1, 12}));
}

TEST_F(GenerationDefaultsTest, WhatIsOutOfRangeIsLeftOut) {
    EXPECT_EQ(of(R"({"temperature":-1,"top_p":0,"top_k":2.5,"repetition_penalty":0,
                     "max_new_tokens":0,"do_sample":"no"})"),
              kPublished);
    EXPECT_EQ(of(R"({"temperature":"hot","max_new_tokens":99999999999})"), kPublished);
    EXPECT_EQ(of("[1]"), kPublished);
    EXPECT_EQ(of("{broken"), kPublished);
}

TEST_F(GenerationDefaultsTest, AnOldFolderStatesItInConfig) {
    EXPECT_EQ(of(R"({"model_type":"llama","do_sample":false})", "config.json").temperature, 0);
    // The newer file wins.
    EXPECT_EQ(of(R"({"do_sample":true,"temperature":0.5})").temperature, 0.5);
}

TEST_F(GenerationDefaultsTest, AnAdapterTakesItsBase) {
    const ScratchFolder base;
    std::ofstream(base.path() / "generation_config.json") << R"({"do_sample":false})";
    EXPECT_EQ(read_generation_defaults({folder_.path(), base.path()}).temperature, 0);
    EXPECT_EQ(read_generation_defaults({folder_.path(), {}}), kPublished);
}

TEST_F(GenerationDefaultsTest, TheDemoModelIsGreedy) {
    const auto demo = base::demo_model_folder();
    ASSERT_TRUE(demo);
    EXPECT_EQ(read_generation_defaults({*demo}), (GenerationDefaults{0, 1, 0, 1, 256}));
}

TEST_F(GenerationDefaultsTest, WhatIsAskedForWinsOverTheModelsOwn) {
    protocol::GenerationOptions asked;
    asked.temperature = 0.7;
    asked.seed = 7;
    const auto filled = protocol::sampling_of(asked, {0, 0.5, 9, 1.1, 64});
    EXPECT_EQ(filled.temperature, 0.7);
    EXPECT_EQ(filled.top_p, 0.5);
    EXPECT_EQ(filled.top_k, 9);
    EXPECT_EQ(filled.repetition_penalty, 1.1);
    EXPECT_EQ(filled.max_new_tokens, 64);
    EXPECT_EQ(filled.seed, 7U);
}

}  // namespace
}  // namespace univi::test
