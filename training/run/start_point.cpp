#include "training/run/start_point.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/atomic_folder.h"
#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "training/run/checkpoint_folders.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

bool is_same(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) && !error;
}

/// "out/checkpoint-2/" as "out/checkpoint-2".
fs::path without_slash(const fs::path& path) {
    return path.has_filename() || !path.has_relative_path() ? path : path.parent_path();
}

void clear_leftovers(const TrainOptions& options, const fs::path& run_folder) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(run_folder, error)) {
        const std::string name = entry.path().filename().string();
        const bool is_checkpoint = name.starts_with("checkpoint-");
        // What a killed process left half written; nobody else writes here while the run
        // folder is locked.
        const bool is_leftover = name.starts_with(".checkpoint-") ||
                                 (is_checkpoint && name.find(".tmp") != std::string::npos) ||
                                 (name.starts_with(".") && name.ends_with(".tmp"));
        if (is_leftover || (is_checkpoint && options.overwrite_output_dir))
            fs::remove_all(entry.path(), error);
    }
    if (options.overwrite_output_dir) fs::remove(run_folder / "origin.json", error);
}

std::int64_t step_in(const fs::path& checkpoint) {
    const Json json = base::read_json_file(checkpoint / "training.json");
    const auto step = json.is_object() ? json.find("step") : json.end();
    if (step == json.end() || !step->is_number_integer() || step->get<std::int64_t>() < 0)
        throw Error(ErrorKind::Format, checkpoint.string() +
                                           " lacks a value in training.json: it "
                                           "is no checkpoint of univi-train.");
    return step->get<std::int64_t>();
}

/// The line began outside, and no checkpoint of it is there yet.
std::optional<StartPoint> start_at_origin(const fs::path& run_folder, std::int64_t newest) {
    const std::optional<Origin> origin = read_origin(run_folder);
    if (!origin || origin->step <= newest) return std::nullopt;
    const std::string problem = base::verify_manifest(origin->checkpoint);
    if (!problem.empty())
        throw Error(ErrorKind::File, "The run began with " + origin->checkpoint.string() +
                                         " and has no checkpoint of its own yet: " + problem +
                                         ". Name another with --resume_from_checkpoint.");
    StartPoint start{.checkpoint = origin->checkpoint,
                     .step = origin->step,
                     .kept = origin->step,
                     .shown = origin->shared};
    start.is_outside = true;
    return start;
}

StartPoint start_at_newest(const fs::path& run_folder,
                           const std::function<void(const std::string&)>& warn) {
    const auto newest = newest_checkpoint(run_folder, warn);
    const std::int64_t step = newest ? step_in(*newest) : -1;
    if (auto origin = start_at_origin(run_folder, step)) return *origin;
    if (!newest) return {};
    return {.checkpoint = *newest, .step = step, .kept = step, .shown = step};
}

/// What of the run may be named, in a sentence's end.
std::string known_checkpoints(const fs::path& run_folder) {
    std::string text;
    const auto add = [&](const fs::path& folder, const std::string& before) {
        for (const fs::path& each : list_checkpoints(folder))
            text += (text.empty() ? "" : ", ") + before + each.filename().string();
    };
    add(run_folder, "");
    for (const Branch& branch : list_branches(run_folder))
        add(branch_folder(run_folder, branch.number),
            "branches/" + std::to_string(branch.number) + "/");
    return text.empty() ? "The run has no checkpoint." : "The run has " + text + ".";
}

[[noreturn]] void refuse(const std::string& wish, const fs::path& path, const std::string& problem,
                         const fs::path& run_folder) {
    std::string why = problem;
    std::error_code error;
    if (!fs::exists(path, error))
        why = "is not there";
    else if (const auto inside = list_checkpoints(path); !inside.empty())
        why = "is the folder of a run, not a checkpoint: name one of its checkpoints, as " +
              inside.back().string();
    throw Error(ErrorKind::File, "--resume_from_checkpoint " + wish +
                                     (why == problem ? ": " : " ") + why + ". " +
                                     known_checkpoints(run_folder));
}

/// The line of branch `number` and the folder's present one share the steps up to here.
std::int64_t shared_with(const std::vector<Branch>& branches, std::int64_t number) {
    std::int64_t shared = std::numeric_limits<std::int64_t>::max();
    for (const Branch& each : branches)
        if (each.number >= number) shared = std::min(shared, each.step);
    return shared;
}

StartPoint start_at_named(const std::string& wish, const fs::path& run_folder,
                          const std::function<void(const std::string&)>& warn) {
    fs::path path = without_slash(wish);
    std::error_code error;
    if (!fs::exists(path, error) && path.is_relative() && fs::exists(run_folder / path, error))
        path = run_folder / path;
    if (is_same(path, run_folder)) return start_at_newest(run_folder, warn);
    const std::string problem = base::verify_manifest(path);
    if (!problem.empty()) refuse(wish, path, problem, run_folder);
    StartPoint start{.checkpoint = path, .step = step_in(path), .is_asked = true};
    for (const fs::path& own : list_checkpoints(run_folder))
        if (is_same(own, path)) {
            start.checkpoint = own;
            // Its name decides what lies after it, should a hand have copied it.
            start.kept = start.shown = std::max(start.step, *checkpoint_step(own));
            return start;
        }
    start.is_outside = true;
    if (const auto origin = read_origin(run_folder); origin && is_same(origin->checkpoint, path)) {
        start.kept = start.step;
        start.shown = origin->shared;
        return start;
    }
    const std::vector<Branch> branches = list_branches(run_folder);
    for (const Branch& branch : branches) {
        const fs::path folder = branch_folder(run_folder, branch.number);
        for (const fs::path& own : list_checkpoints(folder))
            if (is_same(own, path)) {
                start.checkpoint = own;
                start.kept = start.shown =
                    std::min(start.step, shared_with(branches, branch.number));
                start.history = folder / "events.jsonl";
            }
    }
    return start;
}

/// Steps of a run that came to its end, as trainer_state.json says; 0 of one that did not.
std::int64_t steps_finished(const fs::path& run_folder) {
    try {
        const Json state = base::read_json_file(run_folder / "trainer_state.json");
        const Json& history = state.at("log_history");
        const bool is_finished = !history.empty() && history.back().contains("train_runtime");
        return is_finished ? state.at("global_step").get<std::int64_t>() : 0;
    } catch (const std::exception&) {
        return 0;
    }
}

/// Last step of events.jsonl, as far as its end tells.
std::int64_t last_event_step(const fs::path& run_folder) {
    constexpr std::streamoff kEnd = 64 << 10;
    std::ifstream file(run_folder / "events.jsonl", std::ios::binary | std::ios::ate);
    if (!file) return 0;
    const std::streamoff size = file.tellg();
    file.seekg(std::max<std::streamoff>(0, size - kEnd));
    std::int64_t last = 0;
    for (std::string line; std::getline(file, line);) {
        const Json event = Json::parse(line, nullptr, /*allow_exceptions=*/false);
        if (!event.is_object()) continue;
        if (const auto at = event.find("step"); at != event.end() && at->is_number_integer())
            last = std::max(last, at->get<std::int64_t>());
    }
    return last;
}

std::vector<fs::path> checkpoints_after(const StartPoint& start, const fs::path& run_folder) {
    std::vector<fs::path> all = list_checkpoints(run_folder);
    std::erase_if(all, [&](const fs::path& each) { return *checkpoint_step(each) <= start.kept; });
    return all;
}

/// Whether what the run starts with, its base or its projector, stands among the result.
bool uses_result(const TrainOptions& options, const fs::path& run_folder) {
    const fs::path run = fs::weakly_canonical(run_folder);
    for (const std::string* each : {&options.model_name_or_path, &options.vision_tower,
                                    &options.pretrain_mm_mlp_adapter, &options.lora_weight_path}) {
        if (each->empty()) continue;
        const fs::path inside = fs::weakly_canonical(*each).lexically_relative(run);
        // A branch or a checkpoint stays readable: the one is not touched, the other is loaded.
        if (inside == "." || (!inside.empty() && *inside.begin() != ".." &&
                              *inside.begin() != "branches" && !checkpoint_step(*inside.begin())))
            return true;
    }
    return false;
}

Branch branch_after(const StartPoint& start, const fs::path& run_folder) {
    Branch branch;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(run_folder / "branches", error))
        branch.number =
            std::max<std::int64_t>(branch.number, std::atoll(entry.path().filename().c_str()));
    ++branch.number;
    branch.step = start.kept;
    branch.last_step = std::max(steps_finished(run_folder), last_event_step(run_folder));
    branch.cause = start.is_asked ? BranchCause::Asked : BranchCause::Needed;
    if (start.is_outside)
        branch.from = told_path(run_folder, start.checkpoint);
    else if (!start.checkpoint.empty())
        branch.from = start.checkpoint.filename().string();
    for (const fs::path& each : checkpoints_after(start, run_folder)) {
        branch.checkpoints.push_back(each.filename().string());
        branch.last_step = std::max(branch.last_step, *checkpoint_step(each));
    }
    branch.result = result_files(run_folder);
    branch.time = base::utc_time();
    return branch;
}

}  // namespace

ResumeWish resume_wish(const TrainOptions& options) {
    std::string word = options.resume_from_checkpoint;
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char* newest : {"", "true", "latest", "last", "auto", "none"})
        if (word == newest) return ResumeWish::Newest;
    return word == "false" ? ResumeWish::Base : ResumeWish::Checkpoint;
}

StartPoint find_start(const TrainOptions& options, const fs::path& run_folder,
                      const std::function<void(const std::string&)>& warn) {
    clear_leftovers(options, run_folder);
    if (options.overwrite_output_dir) return {.may_set_aside = false};
    switch (resume_wish(options)) {
        case ResumeWish::Base:
            return {.is_asked = true};
        case ResumeWish::Checkpoint:
            return start_at_named(options.resume_from_checkpoint, run_folder, warn);
        case ResumeWish::Newest:
            break;
    }
    return start_at_newest(run_folder, warn);
}

bool lies_after(const StartPoint& start, const fs::path& run_folder) {
    if (!checkpoints_after(start, run_folder).empty()) return true;
    return steps_finished(run_folder) > start.kept && !result_files(run_folder).empty();
}

std::optional<BranchOrder> branch_order(const StartPoint& start, const TrainOptions& options,
                                        const fs::path& run_folder) {
    if (!start.may_set_aside) return std::nullopt;
    const std::optional<Origin> origin = read_origin(run_folder);
    BranchOrder order;
    if (lies_after(start, run_folder)) order.set_aside = branch_after(start, run_folder);
    const bool is_known = origin && is_same(origin->checkpoint, start.checkpoint);
    if (start.is_outside)
        order.origin = Origin{start.checkpoint, start.step, start.shown};
    else if (origin && origin->step <= start.step)
        order.origin = origin;
    if (!order.set_aside && (!start.is_outside || is_known) &&
        origin.has_value() == order.origin.has_value())
        return std::nullopt;
    order.keeps_result = uses_result(options, run_folder);
    if (!start.checkpoint.empty()) order.state = start.checkpoint / "trainer_state.json";
    order.history = start.history;
    order.history_until = start.history.empty() ? start.kept : start.step;
    return order;
}

}  // namespace univi::training
