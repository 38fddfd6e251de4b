#pragma once
// The trainer itself on the golden samples, in one process or as ranks in threads of this one.

#include <gtest/gtest.h>

#include <exception>
#include <set>
#include <thread>

#include "core/model/safetensors.h"
#include "core/model/weight_source.h"
#include "tests/training/golden_run.h"
#include "tests/training/typed_events.h"
#include "training/distributed/launcher.h"
#include "training/engine/trainer.h"

namespace univi::training::test {

/// Eight samples of the first stage in file order; stage 2 trains the decoder too.
inline TrainOptions tiny_options(const ScratchFolder& folder, const std::string& output) {
    TrainOptions options = golden_run_options(folder, "stage1", output);
    options.visual_token_cache = (folder / "cache").string();
    options.dataloader_num_workers = 1;
    options.save_dtype = "fp32";
    return options;
}

/// Runs `options` on `ranks` ranks; `hooks_of`: for each rank.
inline void train_on_ranks(
    const TrainOptions& options, int ranks,
    const std::function<TrainerHooks(int rank)>& hooks_of = [](int) { return TrainerHooks{}; }) {
    if (ranks == 1) {
        Trainer(options, {}, {}, false, hooks_of(0)).run();
        return;
    }
    static int next_port = 29900;
    const int port = find_free_port(next_port++);
    std::vector<std::exception_ptr> errors(static_cast<std::size_t>(ranks));
    // rank 0's meeting place outlives the others' use of it
    std::vector<std::unique_ptr<Trainer>> trainers;
    for (int rank = 0; rank < ranks; ++rank) {
        RankEnvironment environment;
        environment.rank = environment.local_rank = rank;
        environment.size = environment.local_size = ranks;
        environment.master_port = port;
        environment.launcher = "the test";
        trainers.push_back(std::make_unique<Trainer>(options, std::vector<std::string>{},
                                                     base::StopToken{}, false, hooks_of(rank),
                                                     environment));
    }
    std::vector<std::thread> threads;
    for (int rank = 0; rank < ranks; ++rank)
        threads.emplace_back([&, rank] {
            try {
                trainers[static_cast<std::size_t>(rank)]->run();
            } catch (...) {
                errors[static_cast<std::size_t>(rank)] = std::current_exception();
            }
        });
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& error : errors)
        if (error) std::rethrow_exception(error);
}

inline std::vector<double> losses_of(const fs::path& run) {
    std::vector<double> result;
    for (const Json& event : events_of(run, "step")) result.push_back(event["loss"].get<double>());
    return result;
}

/// The history without the summary at its end and without run times.
inline Json history_of(const fs::path& run) {
    Json history = read_json(run / "trainer_state.json")["log_history"];
    history.erase(history.size() - 1);
    for (Json& entry : history)
        for (const char* key : {"eval_runtime", "eval_samples_per_second", "eval_steps_per_second"})
            entry.erase(key);
    return history;
}

/// Each tensor of two saved models, largest difference relative to the tensor's norm.
inline double models_apart(const fs::path& a, const fs::path& b) {
    const auto ours = model::read_safetensors(a / "model.safetensors"),
               theirs = model::read_safetensors(b / "model.safetensors");
    EXPECT_EQ(ours.size(), theirs.size());
    double worst = 0;
    for (const auto& [name, view] : theirs) {
        const at::Tensor x = model::to_tensor(ours.at(name)), y = model::to_tensor(view);
        worst = std::max(worst, (x - y).norm().item<double>() / (y.norm().item<double>() + 1e-6));
    }
    return worst;
}

}  // namespace univi::training::test
