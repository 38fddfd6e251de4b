#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <set>
#include <sstream>

#include "core/base/json.h"
#include "core/media/image_file.h"
#include "core/model/safetensors.h"
#include "tests/integration/programs.h"
#include "tests/support/clips.h"
#include "tests/support/http_server.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> kGreedy{"--temperature", "0", "--max-new-tokens", "64"};

std::vector<std::string> with_greedy(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), kGreedy.begin(), kGreedy.end());
    return arguments;
}

std::vector<base::Json> json_lines(const std::string& text) {
    std::vector<base::Json> out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) out.push_back(base::Json::parse(line));
    return out;
}

TEST(Cli, ChatSaysWhatTheReferenceSays) {
    const auto golden = golden_record("image_v1");
    const auto result = run_cli(
        with_greedy({"chat", "--model", golden_model(), "--image", golden_input("HappyFish.jpg"),
                     "--conv", "v1", "--json", "--prompt", "What is in the image?"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto turns = json_lines(result.out);
    ASSERT_EQ(turns.size(), 1U);
    EXPECT_EQ(turns[0].at("ids"), golden.at("generated_ids"));
    EXPECT_EQ(turns[0].at("reply"), trimmed(golden.at("text")));
    EXPECT_EQ(turns[0].at("prompt_tokens"), golden.at("spliced_length"));
    EXPECT_EQ(turns[0].at("visual_tokens"), 112);
    EXPECT_EQ(turns[0].at("finish"), "length");
    EXPECT_GT(turns[0].at("first_token_s"), 0);
    EXPECT_GT(turns[0].at("decode_tokens_per_s"), 0);
}

TEST(Cli, APlainLanguageModelChatsInText) {
    const std::string plain = golden_model() + "-base";
    const auto result =
        run_cli(with_greedy({"chat", "--model", plain, "--json", "--prompt", "Hello?"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("answers text only"));
    EXPECT_EQ(std::ranges::count(result.err, '\n'), 1) << result.err;
    EXPECT_FALSE(json_lines(result.out).at(0).at("ids").empty());
    const auto refused = run_cli(
        {"chat", "--model", plain, "--image", golden_input("HappyFish.jpg"), "--prompt", "What?"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(
        refused.err,
        HasSubstr("HappyFish.jpg cannot be looked at: the model is a plain language model"));
    EXPECT_EQ(std::ranges::count(refused.err, '\n'), 1) << refused.err;
    const auto info = json_lines(run_cli({"info", "--model", plain, "--json"}).out).at(0);
    EXPECT_EQ(info.at("sight"), "no_projector");
    EXPECT_THAT(run_cli({"info", "--model", plain}).out, HasSubstr("none: text only"));
}

/// A tower that is nowhere costs the pictures, not the conversation.
TEST(Cli, AMissingVisionTowerLeavesText) {
    const ScratchFolder folder;
    std::filesystem::copy(golden_model(), folder / "model",
                          std::filesystem::copy_options::recursive);
    auto config = base::read_json_file(folder / "model/config.json");
    config["mm_vision_tower"] = "openai/not-here";
    std::ofstream(folder / "model/config.json") << config;
    const std::string model = (folder / "model").string();
    const auto result = run_cli(with_greedy({"chat", "--model", model, "--prompt", "Hello?"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr("vision tower openai/not-here was not found"));
    EXPECT_EQ(json_lines(run_cli({"info", "--model", model, "--json"}).out).at(0).at("sight"),
              "no_vision_tower");
}

TEST(Cli, ClustersOfAFileNameThatIsNoUtf8) {
    const ScratchFolder folder;
    const std::string picture = (folder / "caf\xE9.jpg").string(),
                      out = (folder / "out\xE9").string();
    std::filesystem::copy_file(golden_input("HappyFish.jpg"), picture);
    const auto result =
        run_cli({"clusters", "--model", golden_model(), "--image", picture, "--out", out});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto groups = base::read_json_file(out + "/clusters.json");
    EXPECT_EQ(groups.at("source"), folder.path().string() + "/caf\xEF\xBF\xBD.jpg");
    EXPECT_EQ(groups.at("path_bytes"), folder.path().string() + "/caf%E9.jpg");
}

TEST(Cli, ChatAboutAVideoInReferencePlacement) {
    const auto golden = golden_record("image_then_video");
    const auto result = run_cli(
        with_greedy({"--placement", "reference", "chat", "--image", golden_input("notes.png"),
                     "--video", golden_input("cup_9s.mp4"), "--conv", "simple", "--json", "--model",
                     golden_model(), "--prompt", "Does the image match the video?"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto turn = json_lines(result.out).at(0);
    EXPECT_EQ(turn.at("prompt_tokens"), golden.at("spliced_length"));
    EXPECT_EQ(turn.at("ids"), golden.at("generated_ids"));
}

TEST(Cli, ChatStreamsTheReplyAndNothingElseToStdout) {
    const auto golden = golden_record("text_v1");
    const std::string question = golden.at("turns").at(0);
    const auto result = run_cli(
        with_greedy({"chat", "--model", golden_model(), "--conv", "v1", "--prompt", question}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.out, trimmed(golden.at("text")) + "\n");
    EXPECT_THAT(result.err, IsEmpty()) << "no progress where there is no terminal";
}

TEST(Cli, ChatTakesSeveralPromptsOrLinesOfStdin) {
    const std::vector<std::string> common{"chat",
                                          "--model",
                                          golden_model(),
                                          "--image",
                                          golden_input("HappyFish.jpg"),
                                          "--json",
                                          "--temperature",
                                          "0",
                                          "--max-new-tokens",
                                          "8"};
    auto with_prompts = common;
    for (const char* prompt : {"What is it?", "What colour is it?"}) {
        with_prompts.push_back("--prompt");
        with_prompts.push_back(prompt);
    }
    const auto by_options = run_cli(with_prompts);
    const auto by_lines = run_cli(common, "What is it?\nWhat colour is it?");
    ASSERT_EQ(by_options.exit_code, 0) << by_options.err;
    ASSERT_EQ(by_lines.exit_code, 0) << by_lines.err;
    const auto one = json_lines(by_options.out), other = json_lines(by_lines.out);
    ASSERT_EQ(one.size(), 2U);
    ASSERT_EQ(other.size(), 2U);
    for (int t = 0; t < 2; ++t) EXPECT_EQ(one[t].at("ids"), other[t].at("ids"));
    EXPECT_EQ(one[1].at("visual_tokens"), 112) << "the picture belongs to the first turn";
    EXPECT_GT(one[1].at("prompt_tokens"), one[0].at("prompt_tokens"));
}

/// Of a model whose generation_config.json asks for greedy, every seed says the same, unless the
/// person asks for sampling.
TEST(Cli, ChatAsksForWhatTheModelAsksFor) {
    const ScratchFolder folder;
    std::filesystem::copy(golden_model(), folder / "m", std::filesystem::copy_options::recursive);
    const auto ids = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{
            "chat",     "--model", (folder / "m").string(), "--json", "--max-new-tokens", "12",
            "--prompt", "Hi"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto result = run_cli(arguments);
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return json_lines(result.out).at(0).at("ids");
    };
    folder.write("m/generation_config.json", R"({"do_sample": false, "temperature": 1.5})");
    EXPECT_EQ(ids({"--seed", "1"}), ids({"--temperature", "0"}));
    EXPECT_EQ(ids({"--seed", "1"}), ids({"--seed", "2"}));
    EXPECT_NE(ids({"--seed", "1", "--temperature", "1.5"}),
              ids({"--seed", "2", "--temperature", "1.5"}));
    folder.write("m/generation_config.json", R"({"do_sample": true, "temperature": 1.5})");
    EXPECT_NE(ids({"--seed", "1"}), ids({"--seed", "2"}));
    const auto info = run_cli({"info", "--model", (folder / "m").string()});
    EXPECT_THAT(info.out, HasSubstr("temperature 1.5, top-p 1, top-k 50"));
}

TEST(Cli, CtrlCStopsAChat) {
    Process process({{program("univi-cli"), "chat", "--model", golden_model(), "--max-new-tokens",
                      "1800", "--prompt", "Count to a million."},
                     {}});
    std::this_thread::sleep_for(700ms);
    process.signal(SIGINT);
    const auto code = process.wait(20s);
    ASSERT_TRUE(code);
    EXPECT_TRUE(*code == 1 || *code == 0 || *code == -SIGINT)
        << *code;  // 0: it was done before; -2: before the handler stood
}

TEST(Cli, InfoListsWhatTheModelIs) {
    const auto result = run_cli({"info", "--json", "--model", golden_model()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto info = base::Json::parse(result.out);
    EXPECT_EQ(info.at("layers"), 4);
    EXPECT_EQ(info.at("hidden"), 128);
    EXPECT_EQ(info.at("context"), 2048);
    EXPECT_EQ(info.at("visual_tokens"), 112);
    EXPECT_EQ(info.at("parameters").at("projector"), 64 * 128 + 128);
    EXPECT_THAT(info.at("missing"), IsEmpty());
    const auto text = run_cli({"--model", golden_model(), "info"});
    EXPECT_EQ(text.exit_code, 0);
    EXPECT_THAT(text.out, HasSubstr("2048 tokens"));
}

TEST(Cli, TokenizeGoesThereAndBack) {
    const std::string lines = "Describe the image.\n\nA </s> is plain: 雨\n";
    const auto ids = run_cli({"tokenize", "--model", golden_model()}, lines);
    ASSERT_EQ(ids.exit_code, 0) << ids.err;
    const auto arrays = json_lines(ids.out);
    ASSERT_EQ(arrays.size(), 3U);
    EXPECT_EQ(arrays[0].at(0), 1);
    for (const auto& id : arrays[2]) EXPECT_NE(id, 2) << "text became a control token";
    const auto text = run_cli({"tokenize", "--decode", "--model", golden_model()}, ids.out);
    EXPECT_EQ(text.out, lines);
    EXPECT_EQ(run_cli({"tokenize", "--decode", "--model", golden_model()}, "[999999]\n").exit_code,
              2);
    EXPECT_EQ(run_cli({"tokenize", "--decode", "--model", golden_model()}, "hello\n").exit_code, 1);
}

TEST(Cli, ClustersDrawsAPicture) {
    const ScratchFolder folder;
    const auto out = (folder / "groups").string();
    const auto result = run_cli({"clusters", "--model", golden_model(), "--image",
                                 golden_input("messi5.jpg"), "--out", out});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto groups = base::read_json_file(out + "/clusters.json");
    EXPECT_EQ(groups.at("frames").size(), 1U);
    for (int s = 0; s < 3; ++s) {
        const auto drawn = media::read_image(out + "/stage" + std::to_string(s) + ".png");
        EXPECT_EQ(drawn.width, 448);
        EXPECT_EQ(groups.at("frames")[0].at("stages")[s].at("sizes").size(), 64U >> s);
    }
    EXPECT_TRUE(std::filesystem::exists(out + "/" +
                                        groups.at("frames")[0].at("picture").get<std::string>()));
}

/// The demo model knows what a car is: its word lies nearest to the groups of the car, which stands
/// at the lower right.
TEST(Cli, ClustersFindsAPhrase) {
    const ScratchFolder folder;
    const auto out = (folder / "groups").string();
    const std::string source = UNIVI_SOURCE_DIR;
    const auto result =
        run_cli({"clusters", "--model", source + "/resources/demo", "--image",
                 source + "/resources/samples/street.jpg", "--phrase", "car", "--out", out});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto groups = base::read_json_file(out + "/clusters.json");
    const auto near = groups.at("phrase").at("nearness").get<std::vector<double>>();
    ASSERT_EQ(near.size(), 112U);
    EXPECT_GT(groups.at("phrase").at("scale").get<double>(), 0);
    const auto most = std::max_element(near.begin(), near.begin() + 64) - near.begin();
    const auto map = groups.at("frames")[0].at("stages")[0].at("patch_to_group");
    const int grid = groups.at("grid");
    double x = 0, y = 0, count = 0;
    for (int patch = 0; patch < grid * grid; ++patch)
        if (map[static_cast<std::size_t>(patch)].get<int>() == most)
            x += patch % grid, y += patch / grid, ++count;
    EXPECT_GT(x / count, grid / 2);
    EXPECT_GT(y / count, grid / 2);
}

TEST(Cli, ClustersDrawsAVideosEvents) {
    const ScratchFolder folder;
    const auto out = (folder / "groups").string();
    const auto result =
        run_cli({"clusters", "--model", golden_model(), "--video", golden_input("slides_52s.mp4"),
                 "--max-frames", "20", "--out", out});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto groups = base::read_json_file(out + "/clusters.json");
    EXPECT_EQ(groups.at("frames").size(), 20U);
    ASSERT_EQ(groups.at("events").size(), 2U);
    for (const char* name :
         {"frame000_stage0.png", "frame019_stage2.png", "event0_stage0.png", "event1_stage2.png"})
        EXPECT_TRUE(std::filesystem::exists(out + "/" + name)) << name;
}

TEST(Cli, DumpHoldsTheReferenceTensors) {
    const ScratchFolder folder;
    const auto golden = golden_record("image_simple");
    const auto file = folder / "t.safetensors";
    const auto result = run_cli({"dump", "--model", golden_model(), "--vision-tower",
                                 std::string(UNIVI_GOLDEN) + "/models/openai/clip-vit-tiny-patch14",
                                 "--image", golden_input("messi5.jpg"), "--prompt",
                                 "Describe the image.", "--all-logits", "--out", file.string()});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto dump = model::read_safetensors(file);
    for (const char* name : {"media0/pixel_values", "media0/features", "media0/ctm0/idx_cluster",
                             "media0/ctm1/centers", "media0/ctm2/merged", "media0/visual_tokens",
                             "inputs_embeds", "logits_last", "logits_all"})
        EXPECT_TRUE(dump.contains(name)) << name;
    const auto& ids = dump.at("input_ids");
    std::vector<std::int32_t> values(static_cast<std::size_t>(ids.num_elements()));
    std::memcpy(values.data(), ids.data, values.size() * sizeof(std::int32_t));
    EXPECT_EQ(values, golden.at("input_ids").get<std::vector<std::int32_t>>());
    EXPECT_EQ(dump.at("logits_all").shape,
              (std::vector<std::int64_t>{golden.at("spliced_length"), 4000}));
}

TEST(Cli, ConvertWritesAFolderThatSaysTheSame) {
    const ScratchFolder folder;
    const std::string models = std::string(UNIVI_GOLDEN) + "/models/";
    const auto out = (folder / "merged").string();
    const std::vector<std::string> lora{"--model", models + "tinyA-lora", "--model-base",
                                        models + "tinyA-base"};
    auto convert = lora;
    convert.insert(convert.end(), {"convert", "--out", out});
    const auto converted = run_cli(convert);
    ASSERT_EQ(converted.exit_code, 0) << converted.err;
    const std::vector<std::string> chat{"chat",
                                        "--image",
                                        golden_input("HappyFish.jpg"),
                                        "--prompt",
                                        "What is it?",
                                        "--json",
                                        "--temperature",
                                        "0",
                                        "--max-new-tokens",
                                        "12"};
    auto before = lora, after = std::vector<std::string>{"--model", out};
    before.insert(before.end(), chat.begin(), chat.end());
    after.insert(after.end(), chat.begin(), chat.end());
    const auto one = run_cli(before), other = run_cli(after);
    ASSERT_EQ(one.exit_code, 0) << one.err;
    ASSERT_EQ(other.exit_code, 0) << other.err;
    EXPECT_EQ(json_lines(one.out).at(0).at("ids"), json_lines(other.out).at(0).at("ids"));
    EXPECT_EQ(run_cli(convert).exit_code, 2) << "an existing folder is not replaced";
}

/// A model in fewer bits answers the same from its folder as from the one it was made of; the
/// folder says how it is stored and takes no other precision.
TEST(Cli, QuantizeWritesAFolderThatLoads) {
    const ScratchFolder folder;
    for (const std::string precision : {"int8", "int4"}) {
        const std::string out = (folder / precision).string();
        const auto written =
            run_cli({"quantize", "--model", golden_model(), "--dtype", precision, "--out", out});
        ASSERT_EQ(written.exit_code, 0) << written.err;
        const auto ask = [&](const std::string& model, const std::string& dtype) {
            return run_cli(
                with_greedy({"chat", "--model", model, "--dtype", dtype, "--json", "--image",
                             golden_input("HappyFish.jpg"), "--prompt", "What is it?"}));
        };
        const auto made = ask(golden_model(), precision), stored = ask(out, "auto");
        ASSERT_EQ(stored.exit_code, 0) << stored.err;
        EXPECT_EQ(json_lines(stored.out).at(0).at("ids"), json_lines(made.out).at(0).at("ids"));
        const auto info = run_cli({"info", "--model", out, "--json"});
        EXPECT_EQ(json_lines(info.out).at(0).at("dtype"), precision);
        const base::Json memory = json_lines(info.out).at(0).at("memory");
        ASSERT_EQ(memory.size(), 1u);
        EXPECT_EQ(memory[0].at("dtype"), precision);
        const auto other = ask(out, "bf16");
        EXPECT_EQ(other.exit_code, 2);
        EXPECT_THAT(other.err, HasSubstr("stored in " + precision));
    }
    const auto wide = run_cli({"quantize", "--model", golden_model(), "--out", "x"});
    EXPECT_EQ(wide.exit_code, 2);
    EXPECT_THAT(wide.err, HasSubstr("--dtype int8"));
}

/// A turn's time, span by span, in the form that browsers open.
TEST(Cli, TraceShowsTheStepsOfATurn) {
    const ScratchFolder folder;
    const std::string file = (folder / "trace.json").string();
    const auto result =
        run_cli(with_greedy({"chat", "--model", golden_model(), "--trace", file, "--image",
                             golden_input("HappyFish.jpg"), "--prompt", "What is it?"}));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto trace = base::read_json_file(file, std::size_t{1} << 20);
    std::set<std::string> names;
    for (const auto& event : trace.at("traceEvents")) names.insert(event.at("name"));
    for (const char* name : {"load the model", "read picture", "vision tower",
                             "merge tokens of frames", "prefill", "token"})
        EXPECT_TRUE(names.contains(name)) << name;
}

/// A clip behind an address is answered like the file itself.
TEST(Cli, VideoByAddress) {
    const ScratchFolder folder, cache;
    ClipOptions clip;
    clip.num_frames = 100;
    clip.muxer_options = "movflags=faststart";
    const std::string file = (folder / "clip.mp4").string();
    write_clip(file, clip);
    std::ostringstream bytes;
    bytes << std::ifstream(file, std::ios::binary).rdbuf();
    const HttpServer server(bytes.str());
    const auto ask = [&](const std::string& video) {
        return run_cli(with_greedy({"chat", "--model", golden_model(), "--video", video, "--json",
                                    "--prompt", "What happens?"}));
    };
    setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
    const auto local = ask(file), remote = ask(server.address("/video"));
    const auto missing = ask(server.address("/none"));
    unsetenv("XDG_CACHE_HOME");
    ASSERT_EQ(local.exit_code, 0) << local.err;
    ASSERT_EQ(remote.exit_code, 0) << remote.err;
    EXPECT_EQ(json_lines(remote.out).at(0).at("ids"), json_lines(local.out).at(0).at("ids"));
    EXPECT_EQ(json_lines(remote.out).at(0).at("visual_tokens"),
              json_lines(local.out).at(0).at("visual_tokens"));
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_THAT(missing.err, HasSubstr("/none cannot be opened as a video"));
    for (const auto& entry : std::filesystem::directory_iterator(cache / "univi-studio"))
        EXPECT_EQ(entry.path().filename().string().rfind("stream-", 0), std::string::npos) << entry;

    const std::string out = (folder / "out.mkv").string();
    const auto record =
        run_cli({"record", "-", "--out", out, "--seconds", "2"}, server.address("/video") + "\n");
    EXPECT_EQ(record.exit_code, 0) << record.err;
    EXPECT_EQ(record.out, out + ": 2.0 s\n");
    EXPECT_EQ(run_cli({"record", "file:///etc/passwd", "--out", out}).exit_code, 1);
}

TEST(Cli, HelpAndVersion) {
    const auto version = run_cli({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_THAT(version.out, HasSubstr("univi-cli "));
    for (const char* command :
         {"info", "chat", "clusters", "dump", "tokenize", "convert", "quantize", "record"}) {
        const auto help = run_cli({command, "--help"});
        EXPECT_EQ(help.exit_code, 0) << command;
        EXPECT_THAT(help.out, HasSubstr("--")) << command;
    }
}

}  // namespace
}  // namespace univi::test
