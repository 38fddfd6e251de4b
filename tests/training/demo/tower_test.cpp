#include "training/demo/tower_net.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/model/checkpoint_folder.h"
#include "core/model/model_config.h"
#include "core/model/vision_tower.h"
#include "core/model/weight_source.h"
#include "training/demo/optimizer.h"
#include "training/demo/tower_trainer.h"

namespace univi::training::demo {
namespace {

const StampLibrary& stamps() {
    static const StampLibrary library;
    return library;
}

std::vector<at::Tensor> weights_of(TowerNet& net, bool with_gradient = false) {
    std::vector<at::Tensor> out;
    for (const auto& [name, value] : net.parameters())
        out.push_back(with_gradient ? value.clone().set_requires_grad(true) : value);
    return out;
}

TEST(TowerData, BatchDependsOnSeedAndStepAlone) {
    const TowerBatch a = make_tower_batch(stamps(), 5, 2, 2),
                     b = make_tower_batch(stamps(), 5, 2, 2),
                     c = make_tower_batch(stamps(), 5, 3, 2);
    EXPECT_TRUE(at::equal(a.pixels, b.pixels));
    EXPECT_TRUE(at::equal(a.kind, b.kind));
    EXPECT_FALSE(at::equal(a.pixels, c.pixels));
}

TEST(TowerData, LabelsAreWithinRangeAndConsistent) {
    const TowerBatch batch = make_tower_batch(stamps(), 6, 0, 4);
    const at::Tensor object = batch.kind.gt(0);
    EXPECT_GT(object.sum().item<int>(), 50);
    EXPECT_LE(batch.kind.max().item<int>(), 70);
    EXPECT_TRUE(at::equal(batch.cell.ge(0), object));
    EXPECT_TRUE(batch.colour.ge(0).logical_and(object.logical_not()).sum().item<int>() == 0);
    const at::Tensor cx = batch.box.select(2, 0).masked_select(object),
                     cy = batch.box.select(2, 1).masked_select(object);
    const at::Tensor cell = cy.mul(kCells).floor() * kCells + cx.mul(kCells).floor();
    EXPECT_TRUE(at::equal(cell.to(at::kLong), batch.cell.masked_select(object)));
}

/// The training form of the tower and core/model's are one function, up to the layer norms'
/// epsilon, which a smaller scale feels more.
TEST(TowerNet, EqualsVisionTowerOnTheExportedFolder) {
    TowerNet net({}, 3);
    const auto folder = std::filesystem::path(testing::TempDir()) / "demo_tower_export";
    export_tower(net, folder, false);
    const model::VisionConfig config = model::read_vision_config(folder);
    model::WeightSource source(model::read_checkpoint_folder(folder), folder.string());
    const model::VisionTower tower(config, source, "vision_model.", {});
    source.check_complete();
    const TowerBatch batch = make_tower_batch(stamps(), 4, 0, 2);
    const at::Tensor ours = net.features(batch.pixels, weights_of(net)) * kExportScale,
                     theirs = tower.forward(batch.pixels, -1, true);
    EXPECT_LT((ours - theirs).norm().item<double>() / theirs.norm().item<double>(), 1e-3);
    std::filesystem::remove_all(folder);
}

TEST(TowerNet, LossFallsOnAFixedBatch) {
    TowerNet net({48, 2, 3, 96}, 3);
    TowerOptimizer optimizer(net.parameters(), {.adam_rate = 3e-3, .muon_rate = 0.02});
    const TowerBatch batch = make_tower_batch(stamps(), 4, 0, 2);
    double first = 0, last = 0;
    for (int step = 0; step < 30; ++step) {
        const auto weights = weights_of(net, true);
        const at::Tensor loss =
            tower_loss(net.heads(net.features(batch.pixels, weights), weights), batch);
        loss.backward();
        std::vector<at::Tensor> gradients;
        for (const at::Tensor& weight : weights) gradients.push_back(weight.grad());
        optimizer.step(std::move(gradients), 1);
        (step == 0 ? first : last) = loss.item<double>();
    }
    EXPECT_LT(last, 0.5 * first);
}

TEST(TowerTrainer, ResumedRunEqualsAnUnbrokenOne) {
    const auto root = std::filesystem::path(testing::TempDir()) / "demo_tower_resume";
    std::filesystem::remove_all(root);
    TowerOptions options;
    options.batch_size = 2, options.bf16 = false, options.shape = {48, 1, 3, 96};
    options.steps = 4, options.evaluate_every = 1000;
    options.folder = root / "whole";
    train_tower(options, {});
    options.folder = root / "parts";
    options.sitting = 2;
    train_tower(options, {});
    train_tower(options, {});
    TowerNet whole(options.shape, 1), parts(options.shape, 2);
    EXPECT_EQ(load_tower_checkpoint(root / "whole" / "checkpoint.safetensors", whole), 4);
    load_tower_checkpoint(root / "parts" / "checkpoint.safetensors", parts);
    for (std::size_t i = 0; i < whole.parameters().size(); ++i)
        EXPECT_TRUE(at::equal(whole.parameters()[i].second, parts.parameters()[i].second))
            << whole.parameters()[i].first;
    std::filesystem::remove_all(root);
}

TEST(Schedule, WarmsUpStaysAndFalls) {
    EXPECT_LT(schedule_at(0, 1000, 100), 0.02);
    EXPECT_DOUBLE_EQ(schedule_at(200, 1000, 100), 1);
    EXPECT_LT(schedule_at(999, 1000, 100), 0.03);
}

}  // namespace
}  // namespace univi::training::demo
