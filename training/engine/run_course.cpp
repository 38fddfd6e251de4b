#include "training/engine/run_course.h"

#include "core/base/error.h"

namespace univi::training {

namespace {

BatchGrid grid_after(const RunPosition& saved, const RankShare& share, std::int64_t accumulation) {
    return fit_grid({saved.step, saved.batches, saved.samples, saved.grid, saved.made_with}, share,
                    accumulation);
}

}  // namespace

RunCourse::RunCourse(const TrainOptions& options, std::int64_t num_samples, int ranks, int rank)
    : options_(options) {
    share_.num_samples = num_samples;
    share_.batch_size = options.per_device_train_batch_size * ranks;
    share_.ranks = ranks;
    share_.rank = rank;
    share_.drop_last = options.dataloader_drop_last;
    plan_ = plan_steps(share_.num_samples, share_.batch_size, options.gradient_accumulation_steps,
                       options.num_train_epochs, options.max_steps, options.dataloader_drop_last);
    if (plan_.batches_per_epoch < 1)
        throw base::Error(base::ErrorKind::Usage,
                          "--dataloader_drop_last True leaves nothing: the data have " +
                              std::to_string(share_.num_samples) + " samples, a batch takes " +
                              std::to_string(share_.batch_size) +
                              ". Use a smaller --per_device_train_batch_size.");
}

protocol::train::BatchChanges RunCourse::go_on_from(const RunPosition& saved) {
    position_ = saved;
    const auto changes =
        batch_changes(saved.made_with, {share_.batch_size, options_.gradient_accumulation_steps,
                                        share_.ranks, share_.num_samples, share_.drop_last});
    plan_.total_steps = total_steps_from(saved);
    share_.grid = grid_after(saved, share_, options_.gradient_accumulation_steps);
    return changes;
}

std::int64_t RunCourse::total_steps_from(const RunPosition& saved) const {
    RankShare then = share_;
    then.grid = grid_after(saved, share_, options_.gradient_accumulation_steps);
    return training::total_steps(plan_, then, options_.gradient_accumulation_steps,
                                 options_.num_train_epochs, options_.max_steps);
}

RunPosition RunCourse::position_to_save() const {
    RunPosition result = position_;
    result.samples = next_sample();
    result.grid = share_.grid;
    result.made_with.num_samples = share_.num_samples;
    return result;
}

bool RunCourse::ends_step(std::int64_t batches_done) const {
    const std::int64_t accumulation = options_.gradient_accumulation_steps;
    if ((batches_done - share_.grid.batch) % accumulation == 0) return true;
    const RankShare::Place last = share_.place(batches_done - 1);
    return last.count <= accumulation && last.index + 1 == last.count;
}

std::int64_t RunCourse::ranks_in_batch(std::int64_t batch) const {
    RankShare each = share_;
    std::int64_t result = 0;
    for (each.rank = 0; each.rank < each.ranks; ++each.rank) result += each.part(batch).size() > 0;
    return result;
}

void RunCourse::add_loss(double loss) {
    position_.loss_since_log += loss;
    position_.loss_total += loss;
    ++position_.steps_since_log;
}

void RunCourse::finish_step(std::int64_t batches) {
    const std::int64_t before = position_.batches;
    ++position_.step;
    position_.batches = batches;
    // transformers ends an epoch also where the run ends within one.
    ended_epoch_ = share_.place(batches).epoch > share_.place(before).epoch || is_complete();
}

}  // namespace univi::training
