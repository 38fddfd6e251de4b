#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "core/base/error.h"
#include "training/distributed/rank_team.h"
#include "training/engine/batch.h"
#include "training/engine/checkpoint.h"
#include "training/engine/data_loader.h"
#include "training/engine/evaluation.h"
#include "training/engine/loss_scale.h"
#include "training/engine/optimizer.h"
#include "training/engine/run_setup.h"
#include "training/engine/target_check.h"
#include "training/engine/trainer.h"
#include "training/engine/visual_encoder.h"
#include "training/options/deepspeed_config.h"
#include "training/options/schedule.h"
#include "training/run/run_folder.h"
#include "training/run/start_point.h"

namespace univi::training {

/// Whether LibTorch says that a GPU, or its driver, failed.
bool is_gpu_failure(const std::exception& error);

/// Everything a run holds, in the order it is made. Its work stands in trainer_prepare.cpp,
/// trainer_step.cpp, trainer_batch.cpp, trainer_evaluate.cpp, trainer_save.cpp.
struct Trainer::Run {
    using Clock = std::chrono::steady_clock;
    /// What a batch or a step was made of; sums over this rank, then over all.
    struct Counts {
        std::int64_t samples = 0, tokens = 0;
        std::int64_t targets = 0;             ///< words that have a label
        double loss = 0;                      ///< sum of scaled batch losses
        double data_s = 0;                    ///< seconds this rank waited for samples
        std::vector<std::int64_t> items;      ///< of this rank
        std::vector<std::int64_t> bad_items;  ///< of batches whose loss is not finite
        bool wants_stop = false, wants_save = false;
        std::vector<double> bad_ranks;  ///< 1 for each rank with such a batch
        std::string memory_problem;     ///< what this rank had no memory for
        bool is_out_of_memory = false;  ///< some rank had a memory_problem
    };
    /// Samples that go through the model together.
    struct MicroBatch {
        BatchLayout layout;
        at::Tensor visual;  ///< see batch_loss
        /// to be encoded once more, with the graph of a trained tower
        std::vector<Sample> samples;
    };

    Run(TrainOptions given, std::vector<std::string> command, base::StopToken stop_token,
        bool to_stdout, TrainerHooks on, RankEnvironment ranks);
    ~Run();
    TrainResult train();
    /// Writes the last event of a run that ends on an error, and tells the other ranks.
    void fail(protocol::train::ErrorEvent error);

    // trainer_prepare.cpp
    void join_ranks();
    [[noreturn]] void end_as_lost(const protocol::train::ErrorEvent& lost);
    void prepare();
    void load_model();
    void make_optimizer();
    void plan_run();
    SampleReaderOptions reader_options() const;
    void check_targets();
    Sampler make_sampler();
    bool choose_start();
    void resume();
    void take_position();
    void fit_position();
    void say_changes();
    void start_loader();
    void open_line();
    protocol::train::RunFacts facts() const;
    void report_start();

    // trainer_step.cpp
    bool do_step();
    bool accumulate(Counts& counts);
    void share_counts(Counts& counts);
    bool is_finite_step(const Counts& counts, double norm);
    bool is_overflow(const Counts& counts, double norm);
    std::string bad_step_sentence(const Counts& counts);
    std::vector<std::string> describe_each(const std::vector<std::int64_t>& items) const;
    std::string describe_items(std::vector<std::int64_t> items) const;
    bool ends_step(std::int64_t batches_done) const;
    std::int64_t ranks_in_batch(std::int64_t batch) const;
    void finish_step(std::int64_t batches_before);
    void note_targets(const Counts& counts);
    void check_learned() const;
    void report(const Counts& counts, double rate, double norm, double step_s);
    void log_history(double rate, double norm);

    // trainer_batch.cpp
    std::vector<Sample> take_samples(Counts& counts);
    MicroBatch make_micro_batch(std::vector<Sample>& samples) const;
    std::vector<MicroBatch> cut_batch(std::vector<Sample> samples) const;
    at::Tensor loss_of(const MicroBatch& batch, bool checkpoint_layers) const;
    void within_memory(Counts& counts, const std::function<void()>& work) const;
    void learn_batch(Counts& counts, double scale, bool ends_the_step);
    double learn(const MicroBatch& batch, double weight);
    void halve_micro_batch(const Counts& counts);
    std::string memory_advice() const;

    // trainer_evaluate.cpp
    bool evaluate_if_owed();
    std::optional<double> held_out_loss(std::vector<Sample> samples);
    void report_evaluation(double loss, std::int64_t batches, double seconds);

    // trainer_save.cpp
    void save_if_due();
    void save_checkpoint_now();
    void save_or_warn();
    void save_result();
    void report_done();
    bool is_done() const;
    std::int64_t planned_steps() const;
    base::Json trainer_state() const;

    double epoch() const;
    void event(const protocol::train::Event& event);
    void warn(const std::string& message, protocol::Fault fault = protocol::Fault::Other);

    TrainOptions options;
    base::StopToken stop;
    TrainerHooks hooks;
    RankEnvironment environment;
    std::filesystem::path run_path;
    std::unique_ptr<RunFolder> folder;  ///< rank 0 only
    std::vector<std::string> command_line;
    /// warnings come from loader threads, the loss of a rank from its watcher
    std::recursive_mutex event_mutex;

    std::unique_ptr<RankTeam> team;
    DeepSpeedConfig parallel;
    std::optional<Dataset> dataset;
    std::optional<text::Tokenizer> tokenizer;
    std::unique_ptr<model::UniviModel> model;
    media::PreprocessOptions preprocess;
    std::optional<VisualTokenCache> cache;
    std::optional<VisualEncoder> encoder;
    std::optional<SampleReader> reader;
    std::unique_ptr<HeldOut> held_out;  ///< null without --eval_dataset_use
    std::unique_ptr<ParameterOptimizer> optimizer;
    std::optional<Schedule> schedule;
    std::optional<LossScale> scale;  ///< fp16 only
    std::unique_ptr<DataLoader> loader;
    /// of the samples, with --group_by_length
    std::shared_ptr<const std::vector<std::int32_t>> lengths;
    RankShare share;
    StepPlan plan;
    StartPoint start;
    protocol::train::BatchChanges changes;  ///< of the batches since the checkpoint
    SaveOptions save;
    base::Json identity;
    RunPosition position;
    std::int64_t batches_taken = 0, last_saved = -1;
    std::int64_t steps_without_target = 0;  ///< in a row, up to the last step
    bool has_learned = false;               ///< some step of this process had a target
    std::int64_t micro_batch_size = 1;  ///< samples of a rank that go through the model together
    bool stop_agreed = false, save_agreed = false;
    bool ended_epoch = false;  ///< the last step was the last of an epoch, or of the run
    double mean_step_s = 0;
    Clock::time_point began = Clock::now();
};

}  // namespace univi::training
