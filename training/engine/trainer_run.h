#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "core/base/error.h"
#include "training/distributed/rank_team.h"
#include "training/engine/checkpoint.h"
#include "training/engine/data_loader.h"
#include "training/engine/deepspeed_config.h"
#include "training/engine/optimizer.h"
#include "training/engine/run_folder.h"
#include "training/engine/run_setup.h"
#include "training/engine/schedule.h"
#include "training/engine/trainer.h"
#include "training/engine/visual_encoder.h"

namespace univi::training {

/// Everything a run holds, in the order it is made. Its work stands in trainer_prepare.cpp, trainer_step.cpp, trainer_save.cpp.
struct Trainer::Run {
    using Clock = std::chrono::steady_clock;
    /// What a batch or a step was made of; sums over this rank, then over all.
    struct Counts {
        std::int64_t samples = 0, tokens = 0;
        double loss = 0;                       ///< sum of scaled batch losses
        std::vector<std::int64_t> items;       ///< of this rank
        std::vector<std::int64_t> bad_items;   ///< of batches whose loss is not finite
        bool wants_stop = false, wants_save = false;
        std::vector<double> bad_ranks;         ///< 1 for each rank with such a batch
    };

    Run(TrainOptions given, std::vector<std::string> command, base::StopToken stop_token, bool to_stdout, TrainerHooks on,
        RankEnvironment ranks);
    ~Run();
    TrainResult train();
    /// The last event of a run that ends on an error.
    void fail(base::ErrorKind kind, const std::string& message);

    // trainer_prepare.cpp
    void join_ranks();
    void prepare();
    void load_model();
    void make_optimizer();
    void plan_run();
    Sampler make_sampler() const;
    void resume();
    void fit_position();
    void start_loader();
    void report_start(const std::optional<std::filesystem::path>& resumed_from);

    // trainer_step.cpp
    bool do_step();
    at::Tensor batch(Counts& counts);
    bool accumulate(Counts& counts);
    void share_counts(Counts& counts);
    bool is_finite_step(const Counts& counts, double norm);
    std::string bad_step_sentence(const Counts& counts);
    std::string describe_items(const std::vector<std::int64_t>& items) const;
    bool ends_step(std::int64_t batches_done) const;
    std::int64_t ranks_in_batch(std::int64_t batch) const;
    void report(const Counts& counts, double rate, double norm, double step_s);
    void log_history(double rate, double norm);

    // trainer_save.cpp
    void save_if_due();
    void save_checkpoint_now();
    void save_or_warn();
    void save_result();
    void report_done();
    bool is_done() const;
    base::Json trainer_state() const;

    double epoch() const;
    void event(const base::Json& event);
    void warn(const std::string& message);

    TrainOptions options;
    base::StopToken stop;
    TrainerHooks hooks;
    RankEnvironment environment;
    std::filesystem::path run_path;
    std::unique_ptr<RunFolder> folder;  ///< rank 0 only
    std::vector<std::string> command_line;
    std::recursive_mutex event_mutex;   ///< warnings come from loader threads, the loss of a rank from its watcher

    std::unique_ptr<RankTeam> team;
    DeepSpeedConfig parallel;
    std::optional<Dataset> dataset;
    std::optional<text::Tokenizer> tokenizer;
    std::unique_ptr<model::UniviModel> model;
    std::optional<VisualTokenCache> cache;
    std::optional<VisualEncoder> encoder;
    std::optional<SampleReader> reader;
    std::unique_ptr<ParameterOptimizer> optimizer;
    std::optional<Schedule> schedule;
    std::unique_ptr<DataLoader> loader;
    RankShare share;
    StepPlan plan;
    SaveOptions save;
    base::Json identity;
    RunPosition position;
    std::int64_t batches_taken = 0, last_saved = -1;
    bool stop_agreed = false;
    double mean_step_s = 0;
    Clock::time_point began = Clock::now();
};

}  // namespace univi::training
