// ZeRO stages 0 to 3 on a small decoder: many ranks against one process that adds their batches up.
#include <gtest/gtest.h>

#include <ATen/Parallel.h>

#include <mutex>

#include "core/model/safetensors.h"
#include "rank_threads.h"
#include "tests/core/model/tiny_language.h"
#include "tests/training/training_support.h"
#include "training/distributed/zero_optimizer.h"
#include "training/engine/optimizer.h"
#include "training/engine/saved_values.h"

namespace univi::training {
namespace {

using model::LanguageModel;
using model::NamedTensors;

constexpr int kSteps = 4;
constexpr std::int64_t kLength = 12;

struct Net {
    std::unique_ptr<LanguageModel> language;
    NamedTensors projector;
    NamedTensors all() const {
        NamedTensors result = projector;
        const auto& rest = language->parameters();
        result.insert(result.end(), rest.begin(), rest.end());
        return result;
    }
};

Net make_net(at::ScalarType type = at::kFloat) {
    Net net;
    model::PlacementOptions placement;
    placement.materialize = true;
    placement.compute_dtype = type;
    net.language = std::make_unique<LanguageModel>(
        model::test::random_language(model::test::small_config(), placement));
    at::manual_seed(5);
    net.projector = {{"model.mm_projector.weight", at::randn({64, 24}).mul(0.1).to(type)},
                     {"model.mm_projector.bias", at::zeros({64}, type)}};
    return net;
}

/// Inputs of micro-batch `index`: words, and "visual" rows for every batch that is no
/// multiple of 3.
struct Batch {
    at::Tensor ids, targets, visual;
};
Batch make_batch(int index) {
    at::Tensor ids = at::empty({2, kLength}, at::kLong);
    for (std::int64_t i = 0; i < ids.numel(); ++i)
        ids.data_ptr<std::int64_t>()[i] = (i * 7 + index * 13 + i * i) % 50;
    Batch batch{ids, ids.roll({-1}, {1}).reshape({-1}), {}};
    if (index % 3 != 0)
        batch.visual = at::arange(2 * 24, at::kFloat).view({2, 24}).add(index).sin();
    return batch;
}

at::Tensor loss_of(const Net& net, const Batch& batch, bool recompute, model::LayerHooks* hooks) {
    at::Tensor embeds = net.language->embed(batch.ids);
    if (batch.visual.defined()) {
        const at::Tensor visual = batch.visual.to(embeds.scalar_type());
        const at::Tensor rows =
            at::linear(visual, net.projector[0].second, net.projector[1].second);
        embeds = at::cat({rows.unsqueeze(1), embeds.narrow(1, 1, kLength - 1)}, 1);
    }
    const at::Tensor mask = at::ones({2, kLength}, at::kBool);
    const at::Tensor hidden = net.language->forward_batch(embeds, mask, recompute, hooks);
    return at::cross_entropy_loss(net.language->logits(hidden.reshape({-1, 64})), batch.targets);
}

struct Result {
    std::vector<double> losses, norms;
    std::map<std::string, at::Tensor> weights;
};

std::map<std::string, at::Tensor> weights_of(ParameterOptimizer& optimizer) {
    std::map<std::string, at::Tensor> result;
    optimizer.visit_weights([&](const std::string& name, const at::Tensor& value) {
        result[name] = value.detach().clone();
    });
    return result;
}

AdamWOptions adamw_options() {
    AdamWOptions options;
    options.weight_decay = 0.1;
    return options;
}

/// Whether rank `rank` has nothing to learn from in micro-batch `index`.
bool is_idle(int index) {
    return index == 3;
}

struct Case {
    int stage = 0, ranks = 1;
    bool recompute = false;
    std::int64_t bucket = 3000;
    int accumulation = 1;
    bool is_frozen = false;  ///< train the projector only
    bool overlap = true;
    at::ScalarType type = at::kFloat;
    std::int64_t max_live = 0;
};

void train_step(const Net& net, ParameterOptimizer& optimizer, const Case& test, int step, int rank,
                int ranks, double& loss) {
    for (int part = 0; part < test.accumulation; ++part) {
        optimizer.begin_batch(part + 1 == test.accumulation);
        const int index = (step * test.accumulation + part) * ranks + rank;
        if (!is_idle(index)) {
            const at::Tensor scaled =
                loss_of(net, make_batch(index), test.recompute, optimizer.layer_hooks()) *
                (1.0 / (ranks * test.accumulation));
            if (scaled.requires_grad()) scaled.backward();
            loss += scaled.item<double>();
        }
        optimizer.end_batch();
    }
}

NamedTensors trained(const Net& net, const Case& test) {
    return test.is_frozen ? net.projector : net.all();
}

Result train_alone(const Case& test) {
    const Net net = make_net(test.type);
    AdamW optimizer(trained(net, test), adamw_options());
    Result result;
    Case one = test;
    one.accumulation = test.accumulation * test.ranks;
    for (int step = 0; step < kSteps; ++step) {
        double loss = 0;
        train_step(net, optimizer, one, step, 0, 1, loss);
        result.losses.push_back(loss);
        result.norms.push_back(optimizer.clip_gradients(0.5));
        optimizer.step(0.01);
    }
    result.weights = weights_of(optimizer);
    return result;
}

std::unique_ptr<ZeroOptimizer> make_zero(const Net& net, const Case& test, ProcessGroup& group) {
    const NamedTensors all = net.all();
    std::vector<bool> is_trained;
    for (const auto& [name, tensor] : all)
        is_trained.push_back(!test.is_frozen || name.find("projector") != std::string::npos);
    ZeroOptions options;
    options.stage = test.stage;
    options.bucket_elements = test.bucket;
    options.overlap = test.overlap;
    options.max_live_elements = test.max_live;
    return std::make_unique<ZeroOptimizer>(all, is_trained, group, adamw_options(), options);
}

Result train_ranks(const Case& test) {
    std::vector<Net> nets;  // made one after the other: their random numbers come from one source
    for (int i = 0; i < test.ranks; ++i) nets.push_back(make_net(test.type));
    Result result;
    result.losses.assign(kSteps, 0);
    result.norms.assign(kSteps, 0);
    std::mutex mutex;
    test::run_ranks(test.ranks, [&](ProcessGroup& group) {
        const Net& net = nets[static_cast<std::size_t>(group.rank())];
        const auto optimizer = make_zero(net, test, group);
        for (int step = 0; step < kSteps; ++step) {
            double loss = 0;
            train_step(net, *optimizer, test, step, group.rank(), test.ranks, loss);
            const double norm = optimizer->clip_gradients(0.5);
            optimizer->step(0.01);
            const std::lock_guard lock(mutex);
            result.losses[static_cast<std::size_t>(step)] += loss;
            result.norms[static_cast<std::size_t>(step)] = norm;
        }
        auto weights = weights_of(*optimizer);
        if (group.rank() == 0) result.weights = std::move(weights);
    });
    return result;
}

void expect_equal(const Result& ours, const Result& expected, double tolerance) {
    for (std::size_t i = 0; i < kSteps; ++i) {
        // A step whose only batch has nothing to learn from has loss and norm 0.
        EXPECT_NEAR(ours.losses[i], expected.losses[i], tolerance * expected.losses[i])
            << "step " << i;
        EXPECT_NEAR(ours.norms[i], expected.norms[i], tolerance * expected.norms[i])
            << "step " << i;
    }
    for (const auto& [name, weight] : expected.weights) {
        ASSERT_TRUE(ours.weights.contains(name)) << name;
        const double off = (ours.weights.at(name) - weight).norm().item<double>() /
                           (weight.norm().item<double>() + 1e-3);
        EXPECT_LT(off, tolerance) << name;
    }
}

class Zero : public ::testing::TestWithParam<Case> {
  protected:
    static void SetUpTestSuite() { at::set_num_threads(1); }
};

TEST_P(Zero, EqualsOneProcess) {
    expect_equal(train_ranks(GetParam()), train_alone(GetParam()),
                 GetParam().type == at::kFloat ? 1e-5 : 0.02);
}

std::vector<Case> cases() {
    std::vector<Case> result;
    for (int stage = 0; stage <= 3; ++stage)
        for (const int ranks : {1, 2, 3}) {
            result.push_back({stage, ranks, false});
            result.push_back({stage, ranks, true});
        }
    for (int stage = 0; stage <= 3; ++stage) {
        result.push_back({stage, 2, false, 3000, 3});       // accumulation
        result.push_back({stage, 2, true, 3000, 1, true});  // frozen decoder
        // one bucket, no overlap
        result.push_back({stage, 2, false, std::int64_t{1} << 40, 2, false, false});
        result.push_back({stage, 2, true, 3000, 1, false, true, at::kBFloat16});
    }
    // all layers stay
    result.push_back({3, 2, false, 3000, 2, false, true, at::kFloat, std::int64_t{1} << 40});
    // some do
    result.push_back({3, 2, true, 3000, 1, false, true, at::kFloat, 80000});
    return result;
}

INSTANTIATE_TEST_SUITE_P(Stages, Zero, ::testing::ValuesIn(cases()), [](const auto& info) {
    const Case& test = info.param;
    return "Stage" + std::to_string(test.stage) + "Ranks" + std::to_string(test.ranks) +
           (test.recompute ? "Recompute" : "") + (test.accumulation > 1 ? "Accumulate" : "") +
           (test.is_frozen ? "Frozen" : "") + (test.overlap ? "" : "NoOverlap") +
           (test.type == at::kFloat ? "" : "Bf16") +
           (test.max_live > 0 ? "Keep" + std::to_string(test.max_live) : "");
});

TEST(ZeroSums, AreTheSameBitsInEveryStage) {
    at::set_num_threads(1);
    const Result first = train_ranks({0, 3, false});
    for (int stage = 1; stage <= 3; ++stage) {
        const Result other = train_ranks({stage, 3, false});
        EXPECT_EQ(other.losses[1], first.losses[1]) << stage;
        EXPECT_NEAR(other.losses[kSteps - 1] / first.losses[kSteps - 1], 1, 1e-6) << stage;
    }
}

TEST(ZeroMemory, Stage3KeepsItsPartOfTheLayersOnly) {
    at::set_num_threads(1);
    std::vector<Net> nets;
    for (int i = 0; i < 2; ++i) nets.push_back(make_net());
    test::run_ranks(2, [&](ProcessGroup& group) {
        const Net& net = nets[static_cast<std::size_t>(group.rank())];
        const Case test{3, 2, true};
        const auto optimizer = make_zero(net, test, group);
        const auto live = [&] {
            std::set<const c10::StorageImpl*> storages;
            std::size_t bytes = 0;
            for (const auto& [name, tensor] : net.all())
                if (storages.insert(tensor.storage().unsafeGetStorageImpl()).second)
                    bytes += tensor.storage().nbytes();
            return bytes;
        };
        EXPECT_EQ(live(), 0U);
        std::size_t most = 0;
        struct Watch : model::LayerHooks {
            model::LayerHooks* inner;
            std::function<void()> look;
            at::Tensor before_layer(int layer, const at::Tensor& x) override {
                const at::Tensor result = inner->before_layer(layer, x);
                look();
                return result;
            }
            at::Tensor after_layer(int layer, const at::Tensor& x) override {
                return inner->after_layer(layer, x);
            }
        } watch;
        watch.inner = optimizer->layer_hooks();
        watch.look = [&] { most = std::max(most, live()); };
        optimizer->begin_batch(true);
        loss_of(net, make_batch(1), true, &watch).backward();
        optimizer->end_batch();
        EXPECT_EQ(live(), 0U);
        std::size_t whole = 0, outside = 0, layer = 0;
        for (const auto& [name, tensor] : net.all()) {
            whole += tensor.numel() * sizeof(float);
            if (layer_of_parameter(name) < 0) outside += tensor.numel() * sizeof(float);
            if (layer_of_parameter(name) == 0) layer += tensor.numel() * sizeof(float);
        }
        EXPECT_LE(most, outside + 2 * layer + 4096);  // the layer in use and the next, of three
        EXPECT_LT(most, whole);
        optimizer->clip_gradients(1);
        optimizer->step(0.01);
    });
}

/// Backward without the optimizer: refused where it holds the weights, else the gradients stay with
/// the parameters.
TEST(ZeroGraph, MayOutliveTheOptimizer) {
    at::set_num_threads(1);
    for (const int stage : {2, 3}) {
        const Net net = make_net();
        test::run_ranks(1, [&](ProcessGroup& group) {
            auto optimizer = make_zero(net, {stage, 1}, group);
            optimizer->begin_batch(true);
            const at::Tensor loss = loss_of(net, make_batch(1), true, optimizer->layer_hooks());
            optimizer.reset();
            if (stage == 3) {
                EXPECT_ANY_THROW(loss.backward());
            } else {
                loss.backward();
                EXPECT_TRUE(net.projector[0].second.grad().defined());
            }
        });
    }
}

/// Where a rank's batch breaks off, as it does when its memory runs out.
enum class Break { Forward, Backward };

struct BreakingHooks : model::LayerHooks {
    model::LayerHooks* inner = nullptr;
    Break where = Break::Forward;
    at::Tensor before_layer(int layer, const at::Tensor& x) override {
        if (where == Break::Forward && layer == 1) throw std::bad_alloc();
        return inner ? inner->before_layer(layer, x) : x;
    }
    at::Tensor after_layer(int layer, const at::Tensor& x) override {
        const at::Tensor result = inner ? inner->after_layer(layer, x) : x;
        if (where == Break::Backward && layer == 1)
            result.register_hook([](const at::Tensor&) { throw std::bad_alloc(); });
        return result;
    }
};

/// One step that breaks off on rank 1, is dropped by all and repeated.
std::vector<double> losses_after_break(int stage, bool overlap, bool recompute,
                                       std::optional<Break> where) {
    std::vector<Net> nets;
    for (int i = 0; i < 2; ++i) nets.push_back(make_net());
    std::vector<double> result(3, 0);
    std::mutex mutex;
    test::run_ranks(2, [&](ProcessGroup& group) {
        const Net& net = nets[static_cast<std::size_t>(group.rank())];
        Case test{stage, 2, recompute};
        test.overlap = overlap;
        const auto optimizer = make_zero(net, test, group);
        if (where) {
            BreakingHooks hooks;
            hooks.inner = optimizer->layer_hooks();
            hooks.where = *where;
            optimizer->begin_batch(true);
            const auto learn = [&](model::LayerHooks* with) {
                loss_of(net, make_batch(1), recompute, with).backward();
            };
            if (group.rank() == 1) {
                EXPECT_THROW(learn(&hooks), std::bad_alloc);
            } else {
                learn(optimizer->layer_hooks());
            }
            optimizer->end_batch();
            optimizer->zero_grad();
        }
        for (int step = 0; step < 3; ++step) {
            double loss = 0;
            train_step(net, *optimizer, test, step, group.rank(), 2, loss);
            optimizer->clip_gradients(0.5);
            optimizer->step(0.01);
            const std::lock_guard lock(mutex);
            result[static_cast<std::size_t>(step)] += loss;
        }
    });
    return result;
}

TEST(ZeroBreak, ABatchThatBreaksOffOnOneRankLeavesAllInStep) {
    at::set_num_threads(1);
    for (int stage = 0; stage <= 3; ++stage)
        for (const bool recompute : {false, true}) {
            const auto whole = losses_after_break(stage, true, recompute, std::nullopt);
            for (const bool overlap : {false, true})
                for (const Break where : {Break::Forward, Break::Backward}) {
                    SCOPED_TRACE(testing::Message() << "stage " << stage << " overlap " << overlap
                                                    << " recompute " << recompute);
                    const auto broken = losses_after_break(stage, overlap, recompute, where);
                    for (std::size_t i = 0; i < 3; ++i)
                        EXPECT_NEAR(broken[i] / whole[i], 1, 1e-6) << "step " << i;
                }
        }
}

/// Saves as a checkpoint does, with `saved` ranks, and goes on with `resumed`.
void check_restore(int stage, int saved, int resumed) {
    test::ScratchFolder folder;
    const auto steps = [](const Net& net, ParameterOptimizer& optimizer, int rank, int ranks,
                          int from, int to) {
        for (int step = from; step < to; ++step) {
            // six micro-batches a step, however many ranks
            for (int part = 0; part < 6 / ranks; ++part) {
                optimizer.begin_batch(part + 1 == 6 / ranks);
                const int index = step * 6 + part * ranks + rank;
                (loss_of(net, make_batch(index + 4), false, optimizer.layer_hooks()) * (1.0 / 6))
                    .backward();
                optimizer.end_batch();
            }
            optimizer.clip_gradients(1);
            optimizer.step(0.01);
        }
    };
    const auto run = [&](int ranks, int from, int to, bool restores, bool saves) {
        std::vector<Net> nets;
        for (int i = 0; i < ranks; ++i) nets.push_back(make_net());
        std::map<std::string, at::Tensor> result;
        test::run_ranks(ranks, [&](ProcessGroup& group) {
            const Net& net = nets[static_cast<std::size_t>(group.rank())];
            std::unique_ptr<ParameterOptimizer> optimizer;
            if (ranks == 1)
                optimizer = std::make_unique<AdamW>(net.all(), adamw_options());
            else
                optimizer = make_zero(net, {stage, ranks}, group);
            if (restores) optimizer->restore(CheckpointValues(folder.path()), from);
            steps(net, *optimizer, group.rank(), ranks, from, to);
            auto weights = weights_of(*optimizer);
            if (saves) {
                const model::TensorTable state = optimizer->state();
                const std::string number = std::to_string(group.rank() + 1);
                if (!state.empty())
                    model::write_safetensors(
                        folder / (ranks == 1 ? "optimizer.safetensors"
                                             : "optimizer-0000" + number + "-of-0000" +
                                                   std::to_string(stage == 0 ? 1 : ranks) +
                                                   ".safetensors"),
                        state);
            }
            if (group.rank() == 0) result = std::move(weights);
        });
        return result;
    };
    const auto whole = run(resumed, 0, 3, false, false);
    const auto first = run(saved, 0, 2, false, true);
    model::TensorTable table;
    for (const auto& [name, tensor] : first) table[name] = model::to_view(tensor);
    model::write_safetensors(folder / "model.safetensors", table);
    const auto rest = run(resumed, 2, 3, true, false);
    for (const auto& [name, weight] : whole) {
        if (saved == resumed) {
            EXPECT_TRUE(rest.at(name).equal(weight)) << name;
        }
        const double off =
            (rest.at(name) - weight).norm().item<double>() / (weight.norm().item<double>() + 1e-3);
        EXPECT_LT(off, 1e-5) << name << " saved by " << saved << ", resumed by " << resumed;
    }
}

TEST(ZeroRestore, GoesOnWithAnyNumberOfRanks) {
    at::set_num_threads(1);
    for (int stage = 0; stage <= 3; ++stage) {
        SCOPED_TRACE(stage);
        check_restore(stage, 2, 2);
        check_restore(stage, 2, 3);
        check_restore(stage, 3, 1);
        check_restore(stage, 1, 2);
    }
}

TEST(Collectives, SumInRankOrder) {
    for (const int ranks : {2, 3}) {
        test::run_ranks(ranks, [&](ProcessGroup& group) {
            for (const std::int64_t count :
                 {std::int64_t{1}, std::int64_t{1000}, std::int64_t{5000}, std::int64_t{6000}}) {
                at::Tensor values = at::arange(count, at::kFloat).mul(0.1).add(group.rank() * 0.3);
                at::Tensor expected = at::arange(count, at::kFloat).mul(0.1);
                for (int i = 1; i < ranks; ++i)
                    expected.add_(at::arange(count, at::kFloat).mul(0.1).add(i * 0.3));
                group.all_reduce(values).wait();
                EXPECT_TRUE(values.equal(expected)) << count;
            }
            at::Tensor parts = at::full({ranks * 4}, -1.0, at::kBFloat16);
            parts.narrow(0, group.rank() * 4, 4).fill_(group.rank());
            group.all_gather(parts).wait();
            for (int i = 0; i < ranks; ++i) EXPECT_EQ(parts[i * 4 + 3].item<double>(), i);
        });
    }
}

}  // namespace
}  // namespace univi::training
