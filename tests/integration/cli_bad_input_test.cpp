#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "core/base/file.h"
#include "tests/integration/programs.h"
#include "tests/support/clips.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

/// Exit 1, nothing on stdout, one line on stderr that says `what`.
void expect_one_sentence(const ProcessResult& result, const std::vector<std::string>& what,
                         int exit_code = 1) {
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_EQ(result.out, "");
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    EXPECT_THAT(result.err, testing::StartsWith("univi-cli: "));
    for (const auto& part : what) EXPECT_THAT(result.err, HasSubstr(part));
}

class BadInput : public testing::Test {
  protected:
    ProcessResult chat(const std::string& model, const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"chat", "--model",  model,        "--max-new-tokens",
                                           "2",    "--prompt", "What is it?"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_cli(arguments);
    }
    ProcessResult chat_with_image(const fs::path& file) {
        return chat(golden_model(), {"--image", file.string()});
    }

    /// A copy of the golden model to be spoilt; its tower stands beside it.
    fs::path model_copy() {
        const auto models = folder_ / "models";
        fs::create_directories(models);
        fs::copy(golden_model(), models / "tinyA", fs::copy_options::recursive);
        fs::copy(fs::path(golden_model()).parent_path() / "openai", models / "openai",
                 fs::copy_options::recursive);
        return models / "tinyA";
    }
    ScratchFolder folder_;
};

TEST_F(BadInput, MissingModelFolder) {
    expect_one_sentence(chat((folder_ / "nothing").string(), {}), {"nothing", "does not exist"});
}

TEST_F(BadInput, ADamagedVideoIsAnsweredWithOneLine) {
    const auto result =
        chat(golden_model(), {"--video", UNIVI_TEST_DATA "/media/damaged_mid.mp4", "--json"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err,
              "univi-cli: damaged_mid.mp4 is damaged: 28 of 60 frames cannot be read and were left "
              "out.\n");
    const auto damaged = base::parse_json(result.out, "reply").at("damaged_media");
    ASSERT_EQ(damaged.size(), 1U);
    EXPECT_EQ(damaged[0].at("frames_lost"), 28);
    EXPECT_EQ(damaged[0].at("frames_in_file"), 60);
}

TEST_F(BadInput, AFormatThatIsNotReadIsNamed) {
    const auto file = folder_ / "a.jxl";
    std::ofstream(file) << "\xFF\x0A and more";
    expect_one_sentence(chat_with_image(file), {"a.jxl is a JPEG XL picture", "PNG or JPEG"});
}

TEST_F(BadInput, WrongModelType) {
    const auto model = model_copy();
    auto config = base::read_json_file(model / "config.json");
    config["model_type"] = "qwen2";
    std::ofstream(model / "config.json") << config;
    expect_one_sentence(chat(model.string(), {}), {"qwen2", "ChatUniVi"});
}

TEST_F(BadInput, TruncatedShard) {
    const auto model = model_copy();
    const auto shard = model / "pytorch_model-00002-of-00003.bin";
    fs::resize_file(shard, fs::file_size(shard) / 2);
    expect_one_sentence(chat(model.string(), {}), {"pytorch_model-00002-of-00003.bin",
                                                   "is cut off: ", " of ", "download it again"});
}

/// What git leaves where LFS is not installed, file by file.
TEST_F(BadInput, GitLfsPointers) {
    const std::string pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 500000\n";
    const auto model = model_copy();
    for (const std::string name :
         {"config.json", "tokenizer.model", "pytorch_model-00002-of-00003.bin",
          "../openai/clip-vit-tiny-patch14/config.json"}) {
        const std::string whole = base::read_file(model / name);
        std::ofstream(model / name) << pointer;
        expect_one_sentence(chat(model.string(), {}),
                            {fs::path(name).filename(), "Git LFS pointer", "git lfs pull"});
        std::ofstream(model / name) << whole;
    }
    const auto tokenizer = base::read_file(model / "tokenizer.model");
    std::ofstream(model / "tokenizer.model") << tokenizer.substr(0, tokenizer.size() / 2);
    expect_one_sentence(chat(model.string(), {}),
                        {"tokenizer.model", "cut off", "download it again"});
    fs::remove(model / "tokenizer.model");
    expect_one_sentence(chat(model.string(), {}), {"no tokenizer.model", "download it"});
    std::ofstream(model / "tokenizer.json") << R"({"pre_tokenizer":{"type":"ByteLevel"}})";
    expect_one_sentence(chat(model.string(), {}), {"no tokenizer.model", "byte-level"});
    std::ofstream(model / "tokenizer.json") << R"({"model":{"type":"BPE","byte_fallback":true}})";
    expect_one_sentence(chat(model.string(), {}),
                        {"no tokenizer.model", "huggingface-cli download"});
}

TEST_F(BadInput, MissingShard) {
    const auto model = model_copy();
    fs::remove(model / "pytorch_model-00003-of-00003.bin");
    expect_one_sentence(chat(model.string(), {}), {"pytorch_model-00003-of-00003.bin"});
}

TEST_F(BadInput, WrongTokenizerSize) {
    const auto model = model_copy();
    fs::copy_file(std::string(UNIVI_GOLDEN) + "/tokenizer/tokenizer.model",
                  model / "tokenizer.model", fs::copy_options::overwrite_existing);
    expect_one_sentence(chat(model.string(), {}), {"32000", "4000"});
}

TEST_F(BadInput, TextFileNamedJpg) {
    expect_one_sentence(
        chat_with_image(folder_.write("note.jpg", "This is text, not a picture.\n")), {"note.jpg"});
}

TEST_F(BadInput, EmptyFiles) {
    expect_one_sentence(chat_with_image(folder_.write("empty.png", "")), {"empty.png"});
    expect_one_sentence(chat(golden_model(), {"--video", folder_.write("empty.mp4", "").string()}),
                        {"empty.mp4"});
}

TEST_F(BadInput, TruncatedPicture) {
    std::ifstream in(golden_input("messi5.jpg"), std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    bytes.resize(bytes.size() / 3);
    expect_one_sentence(chat_with_image(folder_.write("cut.jpg", bytes)), {"cut.jpg"});
}

TEST_F(BadInput, VideoWithoutFrames) {
    write_sound(folder_ / "sound.mp4");
    expect_one_sentence(chat(golden_model(), {"--video", (folder_ / "sound.mp4").string()}),
                        {"sound.mp4"});
}

TEST_F(BadInput, MissingMedium) {
    expect_one_sentence(chat_with_image(folder_ / "missing.jpg"),
                        {"missing.jpg", "does not exist"});
}

TEST_F(BadInput, PromptOfAMegabyte) {
    std::string prompt;
    while (prompt.size() < (std::size_t{1} << 20)) prompt += "a picture of something ";
    const auto result =
        run_cli({"chat", "--model", golden_model(), "--video", golden_input("slides_52s.mp4")},
                prompt + "\n");
    expect_one_sentence(result, {"tokens but the model holds 2,048", "shorten the question"});
}

TEST_F(BadInput, OverflowByPictures) {
    std::vector<std::string> many;
    for (int i = 0; i < 18; ++i) {
        many.push_back("--image");
        many.push_back(golden_input("HappyFish.jpg"));
    }
    expect_one_sentence(chat(golden_model(), many), {"2,048", "112 tokens each"});
}

TEST_F(BadInput, UnknownNames) {
    expect_one_sentence(chat(golden_model(), {"--conv", "nonsense"}), {"nonsense", "v1"}, 2);
    expect_one_sentence(chat(golden_model(), {"--dtype", "int3"}), {"int3", "fp32"}, 2);
    expect_one_sentence(chat(golden_model(), {"--device", "tpu"}), {"tpu", "cpu"}, 2);
    expect_one_sentence(chat(golden_model(), {"--placement", "left"}), {"left", "interleaved"}, 2);
}

TEST_F(BadInput, BadUsageIsTwo) {
    EXPECT_EQ(run_cli({}).exit_code, 2);
    EXPECT_EQ(run_cli({"chat", "--nonsense"}).exit_code, 2);
    EXPECT_EQ(run_cli({"dump", "--model", golden_model()}).exit_code, 2);
    EXPECT_EQ(run_cli({"chat", "--temperature", "warm"}).exit_code, 2);
    const auto out = (folder_ / "groups").string();
    expect_one_sentence(run_cli({"clusters", "--model", golden_model(), "--out", out}), {"either"},
                        2);
    expect_one_sentence(
        run_cli({"clusters", "--model", golden_model(), "--image", golden_input("messi5.jpg"),
                 "--video", golden_input("cup_9s.mp4"), "--out", out}),
        {"either"}, 2);
}

TEST_F(BadInput, NothingIsLeftBehind) {
    const auto text = folder_.write("note.jpg", "text");
    const ScratchFolder empty;
    const auto out = empty / "out";
    expect_one_sentence(run_cli({"clusters", "--model", golden_model(), "--image", text.string(),
                                 "--out", out.string()}),
                        {"note.jpg"});
    expect_one_sentence(run_cli({"dump", "--model", golden_model(), "--image", text.string(),
                                 "--prompt", "What?", "--out", (empty / "t.safetensors").string()}),
                        {"note.jpg"});
    EXPECT_TRUE(empty.empty());
}

TEST_F(BadInput, AnOutputThatCannotBeWritten) {
    const auto result = run_cli({"dump", "--model", golden_model(), "--image",
                                 golden_input("HappyFish.jpg"), "--prompt", "What?", "--out",
                                 (folder_ / "no/such/folder/t.safetensors").string()});
    expect_one_sentence(result, {"t.safetensors"});
}

}  // namespace
}  // namespace univi::test
