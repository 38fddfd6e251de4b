#include "training/run/run_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "core/base/atomic_file.h"
#include "core/base/disk_full.h"
#include "core/base/file.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/utc_time.h"
#include "core/protocol/train_protocol.h"
#include "training/run/wandb_folder.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

/// False on any failure.
bool write_all(int file, const std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::write(file, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += static_cast<std::size_t>(n);
    }
    return true;
}

/// Whether a line holds the held-out loss of `step` or a later one.
bool is_evaluation_of(const std::string& line, std::int64_t step) {
    try {
        const auto event = protocol::train::parse_event(line);
        const auto* measured =
            event ? std::get_if<protocol::train::EvaluationEvent>(&*event) : nullptr;
        return measured && measured->step >= step;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

RunFolder::RunFolder(const fs::path& folder, bool to_stdout)
    : folder_(folder), to_stdout_(to_stdout) {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error || !fs::is_directory(folder_))
        throw Error(ErrorKind::File, "The run folder " + folder_.string() + " cannot be made: " +
                                         (error ? error.message() : "a file has that name") + ".");
    lock_.emplace(folder_);
    base::log_to_file((folder_ / "log.txt").string());
    finish_branching(folder_);
    open_events();
}

RunFolder::~RunFolder() = default;

void RunFolder::open_events() {
    const fs::path path = folder_ / "events.jsonl";
    events_ =
        base::FileDescriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!events_)
        throw Error(ErrorKind::File,
                    path.string() + " cannot be written: " + std::strerror(errno) + ".");
}

void RunFolder::write_run(const RunRecord& record, const Curves& curves) {
    const TrainOptions& options = record.options;
    char host[256] = "";
    ::gethostname(host, sizeof host - 1);
    Json run = {{"options", to_json(options)},
                {"command", base::path_list(record.command)},
                {"versions",
                 {{"univi-train", UNIVI_VERSION},
                  {"libtorch", record.libtorch_version},
                  {"compiler", __VERSION__}}},
                {"host", host},
                {"started", base::utc_time()}};
    run.update(record.facts);
    base::write_file_atomically(folder_ / "run.json", base::json_text(run, 2) + "\n");
    const bool goes_on = curves.shown >= 0;
    if (options.reports_to("tensorboard"))
        tensorboard_ = std::make_unique<TensorBoardWriter>(
            folder_ / "runs", goes_on ? std::optional(curves.shown + 1) : std::nullopt);
    if (options.reports_to("wandb")) open_wandb(record, curves);
    if (!goes_on) return;
    for (const Json& entry : curves.history)
        if (entry.is_object() && entry.value("step", std::int64_t{0}) > curves.shown)
            scalars(entry);
}

void RunFolder::open_wandb(const RunRecord& record, const Curves& curves) {
    const std::string name = record.options.run_name.empty()
                                 ? fs::absolute(folder_).lexically_normal().filename().string()
                                 : record.options.run_name;
    Json config = to_json(record.options);
    config.update(record.facts);
    WandbFolder::Since since;
    if (curves.shown >= 0) since.step = curves.shown;
    since.before = newest_wandb_aside();
    wandb_ = std::make_unique<WandbFolder>(folder_, WandbFolder::Run{name, config, record.command},
                                           since);
    base::log_info("Curves are kept for wandb; to upload them: " + wandb_->log_command());
    base::log_info("With wandb up to 0.29.0 also: " + wandb_->sync_command());
}

/// Where the history of a line that was set aside last stands for wandb.
fs::path RunFolder::newest_wandb_aside() const {
    fs::path newest;
    for (const Branch& branch : list_branches(folder_)) {
        const fs::path wandb = branch_folder(folder_, branch.number) / "wandb";
        if (fs::exists(wandb)) newest = wandb;
    }
    return newest;
}

void RunFolder::change_line(const BranchOrder& order) {
    training::change_line(folder_, order);
    open_events();
    if (!order.set_aside) return;
    // It stands in events.jsonl already.
    const std::string line = protocol::train::to_line(*order.set_aside) + "\n";
    if (to_stdout_) to_stdout_ = write_all(STDOUT_FILENO, line);
}

void RunFolder::replace_events(const std::string& lines) {
    base::write_file_atomically(folder_ / "events.jsonl", lines);
    open_events();
}

void RunFolder::rewind_events(std::int64_t step, bool owes_evaluation) {
    const std::string all = base::read_file(folder_ / "events.jsonl", std::size_t{8} << 30);
    std::string kept = events_until(all, step, /*is_whole_line=*/false);
    if (owes_evaluation) {
        std::istringstream lines(std::exchange(kept, {}));
        for (std::string line; std::getline(lines, line);)
            if (!is_evaluation_of(line, step)) kept += line + '\n';
    }
    if (kept != all) replace_events(kept);
}

void RunFolder::event(const protocol::train::Event& event) {
    const std::string line = protocol::train::to_line(event) + "\n";
    if (!write_all(events_.get(), line))
        throw base::DiskFull((folder_ / "events.jsonl").string() +
                             " cannot be written: is the disk full?");
    // The window may have closed its end; the run goes on.
    if (to_stdout_) to_stdout_ = write_all(STDOUT_FILENO, line);
}

void RunFolder::write_state(const Json& state) const {
    base::write_file_atomically(folder_ / "trainer_state.json", base::json_text(state, 2) + "\n");
}

void RunFolder::scalars(std::int64_t step,
                        const std::vector<std::pair<std::string, double>>& values) {
    if (tensorboard_) tensorboard_->write(step, values);
    if (wandb_) wandb_->write(step, values);
}

void RunFolder::scalars(const Json& entry) {
    constexpr std::pair<const char*, const char*> kTags[] = {
        {"loss", "train/loss"},
        {"learning_rate", "train/learning_rate"},
        {"grad_norm", "train/grad_norm"},
        {"epoch", "train/epoch"},
        {"eval_loss", "eval/loss"}};
    const bool is_evaluation = entry.contains("eval_loss");
    if (!is_evaluation && !entry.contains("loss")) return;  // the summary at the end
    std::vector<std::pair<std::string, double>> values;
    for (const auto& [key, tag] : kTags)
        if (const auto found = entry.find(key);
            found != entry.end() && found->is_number() && (!is_evaluation || key == kTags[4].first))
            values.emplace_back(tag, found->get<double>());
    scalars(entry.at("step").get<std::int64_t>(), values);
}

}  // namespace univi::training
