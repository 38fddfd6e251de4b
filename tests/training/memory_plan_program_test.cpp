// The plan against what the real program then takes: a random model of a size where the model, not
// the program, decides.
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "core/model/safetensors.h"
#include "core/model/tensor_table.h"
#include "tests/support/process.h"
#include "training/engine/memory_plan_table.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::Json;
using test::ScratchFolder;
using ::univi::test::run_process;

const std::string kProgram = std::string(UNIVI_BIN_DIR) + "/univi-train";
const test::fs::path kModels = test::golden() / "models";

/// config.json and tokenizer of the small golden model, wider and deeper.
void write_config(const test::fs::path& folder) {
    test::fs::create_directories(folder);
    for (const char* name : {"tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"})
        test::fs::copy(kModels / "tinyA" / name, folder / name);
    Json config = test::read_json(kModels / "tinyA/config.json");
    config.update(Json{{"hidden_size", 384},
                       {"intermediate_size", 1024},
                       {"num_hidden_layers", 6},
                       {"num_attention_heads", 6},
                       {"num_key_value_heads", 6},
                       {"torch_dtype", "float32"},
                       {"mm_vision_tower", (kModels / "openai/clip-vit-tiny-patch14").string()}});
    test::write(folder / "config.json", config.dump());
}

/// Random fp32 weights for it.
void write_weights(const test::fs::path& folder) {
    TrainOptions options;
    options.model_name_or_path = folder.string();
    const std::int64_t d = 384, inner = 1024, vocab = 4000;
    const auto shape = [&](const std::string& name) -> std::vector<std::int64_t> {
        if (name.ends_with("norm.weight") || name.ends_with("bias")) return {d};
        if (name.find("embed_tokens") != name.npos || name.starts_with("lm_head"))
            return {vocab, d};
        if (name.find("mm_projector") != name.npos) return {d, 64};
        if (name.find("down_proj") != name.npos) return {d, inner};
        if (name.find(".mlp.") != name.npos) return {inner, d};
        return {d, d};
    };
    std::mt19937 random(7);
    std::normal_distribution<float> normal(0, 0.02F);
    std::map<std::string, std::vector<float>> values;
    model::TensorTable table;
    for (const ParameterInfo& each : read_planned_model(options).parameters) {
        std::vector<float>& of = values[each.name];
        for (std::int64_t i = 0; i < each.num_elements; ++i)
            of.push_back(each.name.ends_with("norm.weight") ? 1 : normal(random));
        model::TensorView view;
        view.shape = shape(each.name);
        view.stride = view.shape.size() == 1 ? std::vector<std::int64_t>{1}
                                             : std::vector<std::int64_t>{view.shape[1], 1};
        view.data = reinterpret_cast<const std::byte*>(of.data());
        view.bytes = of.size() * sizeof(float);
        table[each.name] = view;
    }
    model::write_safetensors(folder / "model.safetensors", table);
}

/// "words": long talk; "pictures": one picture a sample and a few words.
test::fs::path write_data(const ScratchFolder& folder) {
    std::mt19937 random(3);
    const auto say = [&](int words) {
        std::string text;
        for (int i = 0; i < words; ++i)
            text += (i ? " " : "") + std::string(1, static_cast<char>('a' + random() % 26));
        return text;
    };
    const auto item = [&](int id, const std::string& question, const std::string& answer) {
        return Json{
            {"id", std::to_string(id)},
            {"conversations",
             {{{"from", "human"}, {"value", question}}, {{"from", "gpt"}, {"value", answer}}}}};
    };
    Json words = Json::array(), pictures = Json::array();
    for (int i = 0; i < 24; ++i) {
        words.push_back(item(i, say(60), say(300)));
        pictures.push_back(item(i, "<image>\n" + say(20), say(60)));
        pictures.back()["image"] = "messi5.jpg";
    }
    test::write(folder / "words.json", words.dump());
    test::write(folder / "pictures.json", pictures.dump());
    const Json list = {
        {"words", {{{"chat_path", "words.json"}}}},
        {"pictures",
         {{{"chat_path", "pictures.json"}, {"inputs", (test::golden() / "inputs").string()}}}}};
    test::write(folder / "datasets.json", list.dump());
    return folder / "datasets.json";
}

using Words = std::vector<std::string>;

/// The most that `command` or a process of its own was resident with; it runs in a child of this
/// process, so that no other counts.
double peak_of(const Words& command) {
    int pipe[2];
    if (::pipe(pipe) != 0) throw std::runtime_error("no pipe");
    const pid_t child = ::fork();
    if (child == 0) {
        const auto result = run_process({command, {}}, {}, std::chrono::minutes(5));
        rusage usage{};
        ::getrusage(RUSAGE_CHILDREN, &usage);
        const double peak =
            result.exit_code == 0 ? static_cast<double>(usage.ru_maxrss) * 1024 : -1;
        if (peak < 0) std::fputs(result.err.c_str(), stderr);
        ::_exit(::write(pipe[1], &peak, sizeof peak) == sizeof peak ? 0 : 1);
    }
    ::close(pipe[1]);
    double peak = -1;
    if (::read(pipe[0], &peak, sizeof peak) != sizeof peak) peak = -1;
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);
    return peak;
}

/// Bytes that --plan reckons for what the flags ask for.
double planned_peak(Words command) {
    command.insert(command.end(), {"--plan", "--plan_format", "json"});
    const auto planned = run_process({command, {}});
    const Json json = Json::parse(planned.out);
    for (const Json& row : json["rows"])
        if (row["chosen"] == true) return row["peak"].get<double>();
    return 0;
}

struct Way {
    const char* name;
    Words flags;
};
void PrintTo(const Way& way, std::ostream* out) {
    *out << way.name;
}
class MemoryPlanProgram : public ::testing::TestWithParam<Way> {};

TEST_P(MemoryPlanProgram, IsWithinATenthOfWhatIsTaken) {
    ScratchFolder folder;
    write_config(folder / "model");
    write_weights(folder / "model");
    Words command = {kProgram,
                     "--model_name_or_path",
                     (folder / "model").string(),
                     "--datasets",
                     write_data(folder).string(),
                     "--device",
                     "cpu",
                     "--threads",
                     "1",
                     "--output_dir",
                     (folder / "run").string(),
                     "--max_steps",
                     "2",
                     "--save_strategy",
                     "no",
                     "--save_final",
                     "False",
                     "--report_to",
                     "none",
                     "--dataloader_num_workers",
                     "1"};
    command.insert(command.end(), GetParam().flags.begin(), GetParam().flags.end());
    const double taken = peak_of(command), planned = planned_peak(command);
    std::printf("planned %.0f MB, taken %.0f MB: %+.1f %%\n", planned / 1e6, taken / 1e6,
                (planned / taken - 1) * 100);
#ifndef __SANITIZE_ADDRESS__  // whose own memory would be counted too
    EXPECT_NEAR(planned / taken, 1, 0.1);
#endif
}

INSTANTIATE_TEST_SUITE_P(
    Ways, MemoryPlanProgram,
    ::testing::Values(
        Way{"Checkpointing",
            {"--dataset_use", "words", "--per_device_train_batch_size", "4",
             "--gradient_checkpointing", "True"}},
        Way{"Plain", {"--dataset_use", "words", "--per_device_train_batch_size", "6"}},
        Way{"Bf16",
            {"--dataset_use", "words", "--per_device_train_batch_size", "6", "--bf16", "True"}},
        Way{"Adapters",
            {"--dataset_use", "words", "--per_device_train_batch_size", "6", "--lora_enable",
             "True"}},
        Way{"AdaptersOnFewBits",
            {"--dataset_use", "words", "--per_device_train_batch_size", "6", "--lora_enable",
             "True", "--bits", "4", "--lora_dropout", "0"}},
        Way{"Tower",
            {"--dataset_use", "pictures", "--per_device_train_batch_size", "6", "--vision_tune",
             "True"}},
        Way{"Stage2",
            {"--dataset_use", "words", "--per_device_train_batch_size", "3", "--include",
             "localhost:0,1", "--zero_stage", "2"}},
        Way{"Stage3",
            {"--dataset_use", "words", "--per_device_train_batch_size", "3", "--include",
             "localhost:0,1", "--zero_stage", "3"}}),
    [](const auto& info) { return info.param.name; });

/// As a start does: keys that are not known, and known ones without effect.
TEST(MemoryPlanFlags, KeysOfTheDeepSpeedFileWithoutEffectAreNamed) {
    ScratchFolder folder;
    test::write(folder / "zero.json",
                R"({"zero_optimization": {"stage": 2}, "steps_per_print": 5, "comms_logger": {},
                    "zero_optimisation": {}})");
    const auto planned = run_process(
        {{kProgram, "--plan", "--model_name_or_path",
          std::string(UNIVI_SOURCE_DIR) + "/resources/training/shapes/7b", "--plan_device_memory",
          "80GB", "--deepspeed", (folder / "zero.json").string(), "--plan_format", "json"},
         {}});
    EXPECT_THAT(planned.err,
                ::testing::HasSubstr(
                    "known, but without effect on a run here: comms_logger, steps_per_print"));
    EXPECT_THAT(planned.err, ::testing::HasSubstr("zero_optimisation"));
    EXPECT_EQ(Json::parse(planned.out)["rows"].empty(), false);
}

TEST(MemoryPlanFlags, ExitCodeSaysWhetherItFits) {
    const std::string shapes = std::string(UNIVI_SOURCE_DIR) + "/resources/training/shapes/";
    const std::vector<std::string> command = {kProgram,
                                              "--plan",
                                              "--model_name_or_path",
                                              shapes + "13b",
                                              "--include",
                                              "localhost:0,1,2,3,4,5,6,7",
                                              "--bf16",
                                              "True",
                                              "--gradient_checkpointing",
                                              "True",
                                              "--per_device_train_batch_size",
                                              "16",
                                              "--plan_device_memory",
                                              "80GB",
                                              "--zero_stage"};
    auto with = command;
    with.insert(with.end(), {"3", "--offload_optimizer", "cpu"});
    const auto fits = run_process({with, {}});
    EXPECT_EQ(fits.exit_code, 0) << fits.out << fits.err;
    with = command;
    with.push_back("0");
    const auto large = run_process({with, {}});
    EXPECT_EQ(large.exit_code, 1) << large.err;
    EXPECT_THAT(large.out, ::testing::HasSubstr("does not fit; the smallest that fits"));
    with = command;
    with.insert(with.end(), {"2", "--plan_device_memory", "lots"});
    const auto bad = run_process({with, {}});
    EXPECT_EQ(bad.exit_code, 2);
    EXPECT_THAT(bad.err, ::testing::HasSubstr("--plan_device_memory takes a size such as 80GB"));
}

}  // namespace
}  // namespace univi::training
