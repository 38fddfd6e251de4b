#include "training/run/branches.h"

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/file_descriptor.h"
#include "core/base/json_text.h"
#include "core/protocol/train_protocol.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

constexpr const char* kOrder = "branching.json";
constexpr const char* kOrigin = "origin.json";
constexpr const char* kBranch = "branch.json";
constexpr std::size_t kLargestEvents = std::size_t{8} << 30;

void write_json(const fs::path& path, const Json& json) {
    base::write_file_atomically(path, base::json_text(json, 2) + "\n");
}

fs::path seen(const fs::path& run_folder, const std::string& told) {
    if (told.empty()) return {};
    return fs::path(told).is_absolute() ? fs::path(told) : run_folder / told;
}

/// A path that must be there, be it empty; of several in one object.
std::string path_in(const Json& json, const std::string& name) {
    json.at(name);
    return base::take_path(json, name, name + "_bytes");
}

Json to_json(const fs::path& run_folder, const std::optional<Origin>& origin) {
    if (!origin) return nullptr;
    Json json = {{"version", 1}, {"step", origin->step}, {"shared", origin->shared}};
    base::put_path(json, "checkpoint", told_path(run_folder, origin->checkpoint));
    return json;
}

/// A copy that is there whole or not at all; nothing when it is there already.
void copy_once(const fs::path& from, const fs::path& to, bool may_link) {
    std::error_code error;
    if (fs::exists(to, error) || !fs::exists(from, error)) return;
    if (may_link) {
        fs::create_hard_link(from, to, error);
        if (!error) return;
    }
    const fs::path temporary = base::temporary_beside(to);
    fs::copy(from, temporary, fs::copy_options::recursive);
    fs::rename(temporary, to);
}

/// Moves an entry of the run's folder; nothing when it was moved already. A relative link would
/// lead elsewhere from its new place.
void move_once(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::exists(fs::symlink_status(from, error)) || fs::exists(fs::symlink_status(to, error)))
        return;
    if (!fs::is_symlink(from, error)) return fs::rename(from, to);
    fs::create_symlink(fs::weakly_canonical(from), to);
    fs::remove(from);
}

/// One change of line, part by part. Each part may be done again.
class LineChange {
  public:
    LineChange(fs::path run, Json order, std::function<void()> before)
        : run_(std::move(run)), order_(std::move(order)), before_(std::move(before)) {}

    void carry_out() {
        if (const Json& aside = order_.at("set_aside"); !aside.is_null()) {
            branch_ = branch_from_json(aside);
            target_ = branch_folder(run_, branch_->number);
            fs::create_directories(target_);
            copy_records();
            move_entries();
        }
        write_history();
        write_origin();
        if (branch_) finish_branch();
        part();
        fs::remove(run_ / kOrder);
        base::sync_path(run_);
    }

  private:
    void part() const {
        if (before_) before_();
    }

    /// As they were: only what was there when the order was written, not what came since.
    void copy_records() const {
        for (const Json& each : order_.at("records")) {
            part();
            const std::string name = each.get<std::string>();
            copy_once(run_ / name, target_ / name, name == "events.jsonl");
        }
    }

    void move_entries() const {
        for (const std::string& name : branch_->checkpoints) {
            part();
            move_once(run_ / name, target_ / name);
        }
        const bool keeps_result = order_.at("keeps_result").get<bool>();
        for (const std::string& name : branch_->result) {
            part();
            if (keeps_result)
                copy_once(run_ / name, target_ / name, /*may_link=*/false);
            else
                move_once(run_ / name, target_ / name);
        }
        part();
        if (order_.at("wandb").get<bool>()) move_once(run_ / "wandb", target_ / "wandb");
        base::sync_path(target_);
    }

    /// trainer_state.json, events.jsonl and the answers to probe questions of the new line.
    void write_history() const {
        part();
        const fs::path state = seen(run_, path_in(order_, "state"));
        if (state.empty())
            fs::remove(run_ / "trainer_state.json");
        else
            base::write_file_atomically(run_ / "trainer_state.json", base::read_file(state));
        part();
        const auto until = order_.at("history_until").get<std::int64_t>();
        fs::path history = seen(run_, path_in(order_, "history"));
        if (history.empty()) history = before_change("events.jsonl");
        std::string events;
        if (fs::exists(history))
            events = events_until(base::read_file(history, kLargestEvents), until, true);
        if (branch_) events += protocol::train::to_line(*branch_) + "\n";
        base::write_file_atomically(run_ / "events.jsonl", events);
        part();
        const fs::path answers = before_change("probes.jsonl");
        if (branch_ && fs::exists(answers))
            base::write_file_atomically(
                run_ / "probes.jsonl",
                events_until(base::read_file(answers), branch_->step, false));
    }

    /// A record of the old line: its copy, since the run's own may be rewritten already.
    fs::path before_change(const char* name) const {
        return branch_ && fs::exists(target_ / name) ? target_ / name : run_ / name;
    }

    void write_origin() const {
        part();
        if (const Json& origin = order_.at("origin"); !origin.is_null())
            write_json(run_ / kOrigin, origin);
        else
            fs::remove(run_ / kOrigin);
    }

    void finish_branch() const {
        part();
        write_json(target_ / kBranch, to_json(*branch_));
        for (const auto& entry :
             fs::directory_iterator(target_)) {  // what a kill left half written
            const std::string name = entry.path().filename().string();
            if (name.starts_with(".") && name.ends_with(".tmp")) fs::remove_all(entry.path());
        }
        base::sync_path(target_.parent_path());
    }

    fs::path run_;
    Json order_;
    std::function<void()> before_;
    std::optional<Branch> branch_;
    fs::path target_;
};

void carry_out(const fs::path& run, const Json& order, const std::function<void()>& before) {
    try {
        LineChange(run, order, before).carry_out();
    } catch (const fs::filesystem_error& error) {
        throw Error(ErrorKind::File, "What lies after the checkpoint in " + run.string() +
                                         " cannot be set aside: " + error.path1().string() + ": " +
                                         error.code().message() + ".");
    } catch (const Json::exception&) {
        throw Error(ErrorKind::Format, (run / kOrder).string() +
                                           " is damaged: the run's folder was changed by another "
                                           "program; remove that file to go on as it stands.");
    }
}

}  // namespace

std::string told_path(const fs::path& run_folder, const fs::path& path) {
    if (path.empty()) return {};
    const fs::path run = fs::weakly_canonical(run_folder), full = fs::weakly_canonical(path);
    const fs::path inside = full.lexically_relative(run);
    const bool is_inside = !inside.empty() && *inside.begin() != "..";
    return (is_inside ? inside : fs::absolute(path).lexically_normal()).generic_string();
}

Branch branch_from_json(const Json& json) {
    try {
        Branch branch = protocol::train::branch_from_json(json);
        for (const auto* names : {&branch.checkpoints, &branch.result})
            for (const std::string& name : *names)
                if (fs::path(name).filename() != name || name == "..")
                    throw Error(ErrorKind::Format, name);
        return branch;
    } catch (const std::exception&) {
        throw Error(ErrorKind::Format, "The description of a branch is damaged.");
    }
}

fs::path branch_folder(const fs::path& run_folder, std::int64_t number) {
    return run_folder / "branches" / std::to_string(number);
}

std::vector<Branch> list_branches(const fs::path& run_folder) {
    std::vector<Branch> branches;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(run_folder / "branches", error)) {
        if (!fs::exists(entry.path() / kBranch, error)) continue;
        try {
            branches.push_back(branch_from_json(base::read_json_file(entry.path() / kBranch)));
        } catch (const Error&) {
        }
    }
    std::ranges::sort(branches, {}, &Branch::number);
    return branches;
}

std::optional<Origin> read_origin(const fs::path& run_folder) {
    const fs::path file = run_folder / kOrigin;
    if (!fs::exists(file)) return std::nullopt;
    try {
        const Json json = base::read_json_file(file);
        json.at("checkpoint");
        return Origin{seen(run_folder, base::take_path(json, "checkpoint")),
                      json.at("step").get<std::int64_t>(), json.at("shared").get<std::int64_t>()};
    } catch (const Json::exception&) {
        throw Error(ErrorKind::Format, file.string() +
                                           " is damaged: name the checkpoint to go on "
                                           "from with --resume_from_checkpoint.");
    }
}

std::vector<std::string> result_files(const fs::path& run_folder) {
    constexpr std::string_view kNames[] = {
        "config.json",       "generation_config.json",    "tokenizer.model",
        "tokenizer.json",    "tokenizer_config.json",     "special_tokens_map.json",
        "added_tokens.json", "mm_projector.bin",          "adapter_config.json",
        "adapter_model.bin", "adapter_model.safetensors", "non_lora_trainables.bin",
        "vision_tower"};
    std::vector<std::string> found;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(run_folder, error)) {
        const std::string name = entry.path().filename().string();
        const bool is_weights = (name.starts_with("model") || name.starts_with("pytorch_model")) &&
                                (name.ends_with(".safetensors") || name.ends_with(".bin") ||
                                 name.ends_with(".index.json"));
        if (is_weights || std::ranges::find(kNames, name) != std::end(kNames))
            found.push_back(name);
    }
    std::ranges::sort(found);
    return found;
}

void change_line(const fs::path& run_folder, const BranchOrder& order,
                 const std::function<void()>& before) {
    Json records = Json::array();
    for (const char* name :
         {"events.jsonl", "run.json", "trainer_state.json", "probes.json", "probes.jsonl"})
        if (fs::exists(run_folder / name)) records.push_back(name);
    Json json = {{"version", 1},
                 {"set_aside", order.set_aside ? to_json(*order.set_aside) : Json()},
                 {"records", records},
                 {"wandb", fs::exists(run_folder / "wandb")},
                 {"keeps_result", order.keeps_result},
                 {"history_until", order.history_until},
                 {"origin", to_json(run_folder, order.origin)}};
    base::put_path(json, "state", told_path(run_folder, order.state), "state_bytes");
    base::put_path(json, "history", told_path(run_folder, order.history), "history_bytes");
    if (before) before();
    write_json(run_folder / kOrder, json);
    carry_out(run_folder, json, before);
}

bool finish_branching(const fs::path& run_folder, const std::function<void()>& before) {
    std::error_code error;
    if (!fs::exists(run_folder / kOrder, error)) return false;
    carry_out(run_folder, base::read_json_file(run_folder / kOrder), before);
    return true;
}

std::string events_until(const std::string& all, std::int64_t step, bool is_whole_line) {
    std::string kept;
    bool is_past = false;
    for (std::size_t begin = 0; begin < all.size();) {
        const auto end = all.find('\n', begin);
        if (end == std::string::npos) break;
        const std::string line = all.substr(begin, end - begin);
        begin = end + 1;
        const Json event = Json::parse(line, nullptr, /*allow_exceptions=*/false);
        if (!event.is_object()) continue;
        const auto at = event.find("step");
        const bool has_step = at != event.end() && at->is_number_integer();
        const bool is_later = has_step && at->get<std::int64_t>() > step;
        is_past |= is_later;
        if (is_later || (is_whole_line && is_past && !has_step)) continue;
        kept += line + '\n';
    }
    return kept;
}

}  // namespace univi::training
