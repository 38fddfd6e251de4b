// Seconds of a training step on a LLaMA shape of 160 M parameters: forward, loss on all text,
// backward, clip, AdamW, over 1 or more processes. `training_step_bench STAGE [STEPS]`; several
// ranks by RANK, WORLD_SIZE, MASTER_PORT. Two samples of 384 tokens a step over all ranks. Prints
// one JSON object at rank 0.
#include <ATen/Parallel.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "core/bench/shapes.h"
#include "core/bench/stopwatch.h"
#include "core/model/tensor_memory.h"
#include "training/bench/training_step.h"
#include "training/distributed/rank_team.h"
#include "training/distributed/zero_optimizer.h"
#include "training/engine/optimizer.h"

namespace univi::training {
namespace {

std::unique_ptr<ParameterOptimizer> make_optimizer(const model::LanguageModel& language,
                                                   RankTeam& team, int stage) {
    const auto& all = language.parameters();
    if (team.is_alone()) return std::make_unique<AdamW>(all, AdamWOptions{});
    ZeroOptions options;
    options.stage = stage;
    options.bucket_elements = std::int64_t{1} << 24;
    options.max_live_elements = 1'000'000'000;  // as the published settings have it
    return std::make_unique<ZeroOptimizer>(all, std::vector<bool>(all.size(), true), team.group(),
                                           AdamWOptions{}, options);
}

int run(int stage, int steps) {
    const auto environment = read_rank_environment(process_environment, 29500);
    at::set_num_threads(std::max(1, at::get_num_threads()));
    RankTeam team(environment, {}, [](const protocol::train::ErrorEvent& lost) {
        std::fprintf(stderr, "%s\n", lost.message.c_str());
        std::_Exit(1);
    });
    model::PlacementOptions placement;
    placement.materialize = true;
    const model::LanguageModel language =
        bench::random_language(*bench::shape_named("160m"), placement, {});
    const auto optimizer = make_optimizer(language, team, stage);
    const at::Tensor ids =
        step_tokens(language.config(), kStepSamples / team.size(), 100 + team.rank());
    std::vector<double> times;
    std::clock_t cpu_began = 0;
    for (int i = 0; i <= steps; ++i) {
        const bench::Stopwatch watch;
        take_step(language, *optimizer, ids, team.size());
        if (i > 0) times.push_back(watch.seconds());  // the first one warms up
        if (i == 0) cpu_began = std::clock();
    }
    // Of all threads: says what a step costs also where other programs take the cores away.
    const double cpu =
        static_cast<double>(std::clock() - cpu_began) / CLOCKS_PER_SEC / std::max(1, steps);
    std::sort(times.begin(), times.end());
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);
    const double median = times[times.size() / 2];
    if (team.is_first())
        std::printf(
            "{\"what\":\"training "
            "step\",\"shape\":\"160M\",\"dtype\":\"fp32\",\"ranks\":%d,\"stage\":%d,\"threads\":%d,"
            "\"median_s\":%.3f,\"min_s\":%.3f,\"cpu_s\":%.3f,\"samples_per_s\":%.3f,\"peak_mb\":%"
            "ld,\"runs\":%d}\n",
            team.size(), stage, at::get_num_threads(), median, times.front(), cpu,
            kStepSamples / median, usage.ru_maxrss / 1024, steps);
    team.finish();
    return 0;
}

}  // namespace
}  // namespace univi::training

int main(int argc, char** argv) {
    univi::model::use_tensor_memory();  // as univi-train does
    return univi::training::run(argc > 1 ? std::atoi(argv[1]) : 0,
                                argc > 2 ? std::atoi(argv[2]) : 5);
}
