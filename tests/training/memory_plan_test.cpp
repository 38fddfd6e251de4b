// The memory plan: parameters against loaded checkpoints, the arithmetic of the stages, what is
// printed and what is refused.
#include "training/engine/memory_plan_table.h"

#include <gmock/gmock.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <tuple>

#include "core/model/checkpoint_folder.h"
#include "core/model/univi_model.h"
#include "tests/support/errors.h"
#include "training/engine/lora.h"
#include "training/engine/run_setup.h"
#include "training/engine/trained_parameters.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::ScratchFolder;
using ::testing::HasSubstr;
using univi::test::error_of;

const test::fs::path kModels = test::golden() / "models";
const test::fs::path kShapes = test::fs::path(UNIVI_SOURCE_DIR) / "resources/training/shapes";

TrainOptions options_for(const test::fs::path& model) {
    TrainOptions options;
    options.model_name_or_path = model.string();
    options.plan = true;
    return options;
}

/// The published stage 2 command on GPUs of 80 GB.
MemoryPlan published(const std::string& shape, int ranks, int stage, std::int64_t samples = 16) {
    TrainOptions options = options_for(kShapes / shape);
    options.bf16 = options.gradient_checkpointing = true;
    options.per_device_train_batch_size = samples;
    options.plan_device_memory = "80GB";
    options.zero_stage = stage;
    const PlannedModel model = read_planned_model(options);
    DeepSpeedConfig parallel;
    parallel.stage = stage;
    return make_memory_plan(model, plan_batch(options, model),
                            plan_settings(options, parallel, ranks), stage, false);
}

const PlanRow& row_of(const MemoryPlan& plan, int stage, bool offload = false) {
    for (const PlanRow& row : plan.rows)
        if (row.stage == stage && row.offload == offload) return row;
    throw std::logic_error("no such row");
}

std::string refusal(const TrainOptions& options, base::ErrorKind kind) {
    return error_of([&] { read_planned_model(options); }, kind);
}

/// The model as a run of these options loads it.
std::unique_ptr<model::UniviModel> load(const TrainOptions& options) {
    auto loaded = model::UniviModel::load(load_options(options, {}, {}));
    if (options.lora_enable) add_adapters(*loaded, options);
    return loaded;
}

/// What the optimizer of several ranks gets, as Trainer::Run::make_optimizer has it.
model::NamedTensors optimized(const TrainOptions& options, const model::UniviModel& loaded) {
    model::NamedTensors all = loaded.projector_parameters();
    for (const auto* list :
         {&loaded.language().parameters(), &loaded.language().adapter_parameters()})
        all.insert(all.end(), list->begin(), list->end());
    for (const auto& each : trained_parameters(options, loaded))
        if (is_of_tower(each.first)) all.push_back(each);
    return all;
}

void expect_same_parameters(const TrainOptions& options) {
    const auto loaded = load(options);
    const model::NamedTensors all = optimized(options, *loaded);
    const PlannedModel planned = read_planned_model(options);
    EXPECT_TRUE(planned.has_weights);
    ASSERT_EQ(planned.parameters.size(), all.size());
    std::vector<std::string> trained, expected;
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(planned.parameters[i].name, all[i].first);
        EXPECT_EQ(planned.parameters[i].num_elements, all[i].second.numel()) << all[i].first;
        if (planned.parameters[i].is_trained) trained.push_back(all[i].first);
    }
    for (const auto& [name, tensor] : trained_parameters(options, *loaded))
        expected.push_back(name);
    EXPECT_THAT(trained, ::testing::UnorderedElementsAreArray(expected));
    EXPECT_EQ(planned.quantized_bytes, loaded->language().quantized_bytes());
    std::int64_t tower = 0;
    for (const auto& [name, tensor] : loaded->vision()->parameters()) tower += tensor.numel();
    EXPECT_EQ(planned.tower_elements, tower);
}

TEST(PlannedModel, ListsWhatALoadedModelHasAndTrains) {
    const std::vector<std::function<void(TrainOptions&)>> ways = {
        [](TrainOptions&) {},
        [](TrainOptions& o) { o.tune_mm_mlp_adapter = true; },
        [](TrainOptions& o) { o.freeze_backbone = true; },
        [](TrainOptions& o) { o.freeze_mm_mlp_adapter = true; },
        [](TrainOptions& o) { o.freeze_parameters = "model.embed_tokens.*,model.layers.[0-1].*"; },
        [](TrainOptions& o) { o.lora_enable = true, o.lora_r = 3; },
        [](TrainOptions& o) { o.lora_enable = true, o.bits = 8; },
        [](TrainOptions& o) { o.lora_enable = true, o.bits = 4; },
        [](TrainOptions& o) { o.bits = 4, o.double_quant = false, o.quant_type = "int4"; },
        [](TrainOptions& o) { o.vision_tune = true; },
        [](TrainOptions& o) { o.vision_tune = o.lora_enable = true; }};
    for (std::size_t i = 0; i < ways.size(); ++i) {
        SCOPED_TRACE(i);
        TrainOptions options = options_for(kModels / "tinyA");
        options.device = "cpu";
        ways[i](options);
        expect_same_parameters(options);
    }
}

TEST(MemoryPlan, AdaptersAndFewBitsTakeLess) {
    const auto plan = [](const std::function<void(TrainOptions&)>& change) {
        TrainOptions options = options_for(kShapes / "13b");
        options.bf16 = options.gradient_checkpointing = true;
        options.plan_device_memory = "80GB";
        change(options);
        const PlannedModel model = read_planned_model(options);
        return make_memory_plan(model, plan_batch(options, model), plan_settings(options, {}, 2), 2,
                                false);
    };
    const MemoryPlan full = plan([](TrainOptions&) {}),
                     adapters = plan([](TrainOptions&o) { o.lora_enable = true; }),
                     bits = plan([](TrainOptions&o) { o.lora_enable = true, o.bits = 4; });
    EXPECT_LT(row_of(adapters, 2).parts.optimizer * 10, row_of(full, 2).parts.optimizer);
    EXPECT_LT(row_of(bits, 2).parts.weights * 3, row_of(adapters, 2).parts.weights);
    EXPECT_EQ(bits.parameters, adapters.parameters);
    EXPECT_EQ(adapters.rows.size(), 7U);
    EXPECT_EQ(bits.rows.size(), 5U);  // no stage 3
    EXPECT_THAT(to_text(bits), HasSubstr("Adapters of rank 64. 12687.8 million parameters in "));
    EXPECT_EQ(to_json(adapters)["adapter_rank"], 64);
    const MemoryPlan sees = plan([](TrainOptions& o) { o.vision_tune = true; });
    EXPECT_GT(sees.trained_parameters, full.trained_parameters + 250'000'000);
    EXPECT_GT(row_of(sees, 2).parts.activations, row_of(full, 2).parts.activations);
}

TEST(PlannedModel, KnowsThePublishedSizes) {
    const std::int64_t projector7 = 1024 * 4096 + 4096, projector13 = 1024 * 5120 + 5120;
    EXPECT_EQ(read_planned_model(options_for(kShapes / "7b")).elements() - projector7,
              6'738'415'616);
    EXPECT_EQ(read_planned_model(options_for(kShapes / "13b")).elements() - projector13,
              13'015'864'320);
    // CLIP ViT-L/14
    EXPECT_EQ(read_planned_model(options_for(kShapes / "7b")).tower_elements, 303'179'776);
}

TEST(PlannedModel, RefusesWhatItCannotRead) {
    ScratchFolder folder;
    EXPECT_THAT(refusal(options_for(folder.path()), base::ErrorKind::File),
                HasSubstr("has no config.json"));
    TrainOptions options = options_for(kShapes / "7b");
    options.vision_tower = "someone/unknown-tower";
    EXPECT_THAT(refusal(options, base::ErrorKind::File),
                HasSubstr("--vision_tower someone/unknown-tower"));
    options = options_for(kShapes / "7b");
    options.freeze_parameters = "*";
    EXPECT_THAT(refusal(options, base::ErrorKind::Usage), HasSubstr("nothing to train"));
    test::fs::copy(kModels / "tinyA", folder / "other");
    auto config = test::read_json(folder / "other/config.json");
    config["intermediate_size"] = 360;
    config["mm_vision_tower"] = (kModels / "openai/clip-vit-tiny-patch14").string();
    test::write(folder / "other/config.json", config.dump());
    EXPECT_THAT(refusal(options_for(folder / "other"), base::ErrorKind::Model),
                HasSubstr("model.layers.0.mlp.gate_proj.weight"));
}

TEST(MemoryPlan, SharesAsTheStagesSay) {
    const MemoryPlan plan = published("13b", 8, 2);
    const std::int64_t trained = plan.trained_parameters, part = (trained + 7) / 8;
    const auto& [zero, one, two, three] = std::tie(row_of(plan, 0).parts, row_of(plan, 1).parts,
                                                   row_of(plan, 2).parts, row_of(plan, 3).parts);
    EXPECT_EQ(zero.weights, trained * 2);
    EXPECT_EQ(zero.optimizer, trained * 12);  // fp32 masters and two moments
    EXPECT_EQ(zero.gradients, trained * 4);
    EXPECT_EQ(one.optimizer, part * 12);
    EXPECT_EQ(two.weights, trained * 2);
    EXPECT_EQ(two.gradients, part * 4);
    EXPECT_LT(three.weights, zero.weights / 4);
    EXPECT_GT(zero.peak, one.peak);
    EXPECT_GT(two.peak, three.peak);
    const MemoryParts& offloaded = row_of(plan, 2, true).parts;
    EXPECT_EQ(offloaded.optimizer, 0);
    EXPECT_EQ(offloaded.host, part * 16);
    EXPECT_LT(offloaded.peak, two.peak);
    for (const PlanRow& row : plan.rows) {
        const MemoryParts& p = row.parts;
        EXPECT_LE(p.peak, p.weights + p.tower + p.gradients + p.optimizer + p.activations +
                              p.buffers + p.cache + p.overhead);
        EXPECT_GE(p.peak, p.weights + p.optimizer);
    }
}

TEST(MemoryPlan, OfOneProcessTheStagesAreTheSame) {
    TrainOptions options = options_for(kModels / "tinyA");
    options.device = "cpu";
    const PlannedModel model = read_planned_model(options);
    const PlannedBatch batch = plan_batch(options, model);
    EXPECT_EQ(batch.positions, options.model_max_length - 1 + 112);
    const MemoryPlan plan = make_memory_plan(model, batch, plan_settings(options, {}, 1), 0, false);
    ASSERT_EQ(plan.rows.size(), 4U);
    for (const PlanRow& row : plan.rows) EXPECT_EQ(row.parts.peak, plan.rows[0].parts.peak);
    // the weights are their own masters
    EXPECT_EQ(plan.rows[0].parts.optimizer, model.trained_elements() * 8);
}

TEST(MemoryPlan, LargestBatchIsTheLastThatFits) {
    const MemoryPlan plan = published("13b", 8, 2);
    const PlanRow& row = row_of(plan, 3);
    ASSERT_GT(row.largest_batch, 0);
    EXPECT_TRUE(row_of(published("13b", 8, 3, row.largest_batch), 3).fits);
    EXPECT_FALSE(row_of(published("13b", 8, 3, row.largest_batch + 1), 3).fits);
    EXPECT_LT(row_of(published("13b", 1, 0), 0).largest_batch, 1);  // 13B does not fit on one GPU
}

TEST(MemoryPlan, CheckpointingKeepsLess) {
    TrainOptions options = options_for(kShapes / "7b");
    options.plan_device_memory = "80GB";
    const PlannedModel model = read_planned_model(options);
    PlanSettings settings = plan_settings(options, {}, 8);
    const PlannedBatch batch = plan_batch(options, model);
    const auto without = plan_memory(model, batch, settings, 2, false);
    settings.checkpoints = true;
    EXPECT_LT(plan_memory(model, batch, settings, 2, false).activations, without.activations / 4);
}

TEST(MemoryPlan, IsPrintedAsATableAndAsJson) {
    const MemoryPlan plan = published("13b", 8, 2);
    const std::string text = to_text(plan);
    EXPECT_THAT(text, HasSubstr("13021.1 million parameters"));
    EXPECT_THAT(text, HasSubstr("8 GPUs, 16-bit values over fp32 masters, with gradient "
                                "checkpointing; device memory 80.0 GB"));
    EXPECT_THAT(text, HasSubstr("> stage 2 "));
    EXPECT_THAT(text, HasSubstr("  stage 3, offload"));
    std::size_t width = 0;  // every line of the table is as long as its head
    std::istringstream lines(text.substr(text.find("GB a device")));
    for (std::string line; std::getline(lines, line) && !line.empty();) {
        if (width == 0) width = line.size();
        EXPECT_EQ(line.size(), width) << line;
    }
    const base::Json json = to_json(plan);
    EXPECT_EQ(json["rows"].size(), 7U);
    EXPECT_EQ(json["rows"][2]["optimizer"], row_of(plan, 2).parts.optimizer);
    EXPECT_EQ(json["rows"][2]["chosen"], true);
}

TEST(MemoryPlan, SizesAreReadWithTheirUnits) {
    EXPECT_EQ(parse_memory_size("80GB"), 80'000'000'000);
    EXPECT_EQ(parse_memory_size("24 GiB"), std::int64_t{24} << 30);
    EXPECT_EQ(parse_memory_size("1.5g"), 1'500'000'000);
    EXPECT_EQ(parse_memory_size("512MB"), 512'000'000);
    for (const char* bad : {"80", "GB", "-3GB", "80XB", "80GBs", "nanGB", "80GB x", ""})
        EXPECT_THROW(parse_memory_size(bad), base::Error) << bad;
}

}  // namespace
}  // namespace univi::training
