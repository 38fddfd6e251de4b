// The plan against what the real program then takes: a random model of a size where the model, not the program, decides.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <random>

#include "core/model/tensor_table.h"
#include "tests/support/process.h"
#include "training/engine/memory_plan.h"
#include "training_support.h"

namespace univi::training {
namespace {

using ::univi::test::run_process;
using test::Json;
using test::TemporaryFolder;

const std::string kProgram = std::string(UNIVI_BIN_DIR) + "/univi-train";
const test::fs::path kModels = test::golden() / "models";

/// config.json and tokenizer of the small golden model, wider and deeper.
void write_config(const test::fs::path& folder) {
    test::fs::create_directories(folder);
    for (const char* name : {"tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"})
        test::fs::copy(kModels / "tinyA" / name, folder / name);
    Json config = test::read_json(kModels / "tinyA/config.json");
    config.update(Json{{"hidden_size", 384}, {"intermediate_size", 1024}, {"num_hidden_layers", 6}, {"num_attention_heads", 6},
                       {"num_key_value_heads", 6}, {"torch_dtype", "float32"},
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
        if (name.find("embed_tokens") != name.npos || name.starts_with("lm_head")) return {vocab, d};
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
        for (std::int64_t i = 0; i < each.num_elements; ++i) of.push_back(each.name.ends_with("norm.weight") ? 1 : normal(random));
        model::TensorView view;
        view.shape = shape(each.name);
        view.stride = view.shape.size() == 1 ? std::vector<std::int64_t>{1} : std::vector<std::int64_t>{view.shape[1], 1};
        view.data = reinterpret_cast<const std::byte*>(of.data());
        view.bytes = of.size() * sizeof(float);
        table[each.name] = view;
    }
    model::write_safetensors(folder / "model.safetensors", table);
}

test::fs::path write_data(const TemporaryFolder& folder) {
    std::mt19937 random(3);
    const auto say = [&](int words) {
        std::string text;
        for (int i = 0; i < words; ++i) text += (i ? " " : "") + std::string(1, static_cast<char>('a' + random() % 26));
        return text;
    };
    Json items = Json::array();
    for (int i = 0; i < 24; ++i)
        items.push_back({{"id", std::to_string(i)},
                         {"conversations", {{{"from", "human"}, {"value", say(60)}}, {{"from", "gpt"}, {"value", say(300)}}}}});
    test::write(folder / "chat.json", items.dump());
    test::write(folder / "datasets.json", Json{{"words", {{{"chat_path", (folder / "chat.json").string()}}}}}.dump());
    return folder / "datasets.json";
}

/// Most that any child was resident with so far.
double children_peak() {
    rusage usage{};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024;
}

TEST(MemoryPlanProgram, IsWithinATenthOfWhatIsTaken) {
    TemporaryFolder folder;
    write_config(folder / "model");
    write_weights(folder / "model");
    std::vector<std::string> command = {
        kProgram, "--model_name_or_path", (folder / "model").string(), "--datasets", write_data(folder).string(), "--dataset_use",
        "words", "--device", "cpu", "--threads", "1", "--output_dir", (folder / "run").string(), "--max_steps", "2",
        "--save_strategy", "no", "--save_final", "False", "--report_to", "none", "--dataloader_num_workers", "1",
        "--overwrite_output_dir", "True"};
    // From less to more, as only the largest child so far is known.
    const std::vector<std::vector<std::string>> ways = {
        {"--per_device_train_batch_size", "4", "--gradient_checkpointing", "True"},
        {"--per_device_train_batch_size", "6"}};
    for (const auto& way : ways) {
        std::vector<std::string> run = command;
        run.insert(run.end(), way.begin(), way.end());
        const auto trained = run_process({run, {}}, {}, std::chrono::minutes(5));
        ASSERT_EQ(trained.exit_code, 0) << trained.err;
        const double measured = children_peak();
        run.insert(run.end(), {"--plan", "--plan_format", "json"});
        const auto planned = run_process({run, {}});
        ASSERT_EQ(planned.exit_code, 0) << planned.err;
        const double expected = Json::parse(planned.out)["rows"][0]["peak"].get<double>();
        EXPECT_NEAR(expected / measured, 1, 0.1) << "planned " << expected / 1e6 << " MB, taken " << measured / 1e6 << " MB";
    }
}

TEST(MemoryPlanProgram, ExitCodeSaysWhetherItFits) {
    const std::string shapes = std::string(UNIVI_SOURCE_DIR) + "/resources/training/shapes/";
    const std::vector<std::string> command = {kProgram, "--plan", "--model_name_or_path", shapes + "13b", "--include",
                                              "localhost:0,1,2,3,4,5,6,7", "--bf16", "True", "--gradient_checkpointing", "True",
                                              "--per_device_train_batch_size", "16", "--plan_device_memory", "80GB",
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
