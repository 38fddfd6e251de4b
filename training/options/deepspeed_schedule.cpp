#include "training/options/deepspeed_schedule.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "core/base/error.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;
using base::Json;

namespace {

using Type = DeepSpeedSchedule::Type;
using Warmup = DeepSpeedSchedule::Warmup;

struct TypeRow {
    Type type;
    const char* name;   ///< DeepSpeed's
    ScheduleType flag;  ///< the --lr_scheduler_type that transformers pairs it with
};

constexpr TypeRow kTypes[] = {{Type::WarmupLR, "WarmupLR", ScheduleType::ConstantWithWarmup},
                              {Type::WarmupDecayLR, "WarmupDecayLR", ScheduleType::Linear},
                              {Type::WarmupCosineLR, "WarmupCosineLR", ScheduleType::Cosine}};

const char* name_of(Type type) {
    return kTypes[static_cast<std::size_t>(type)].name;
}

[[noreturn]] void refuse(const JsonSection& section, const std::string& what) {
    throw Error(ErrorKind::Usage, section.file().string() + " " + what);
}

Type read_type(JsonSection& section, const TrainOptions& options) {
    const Json* type = section.find("type");
    if (!type)
        refuse(section, "has a scheduler without " + section.full("type") +
                            ": name WarmupLR, WarmupDecayLR or WarmupCosineLR, or leave the "
                            "scheduler out.");
    for (const TypeRow& row : kTypes) {
        if (*type != Json(row.name)) continue;
        if (options.lr_scheduler_type == row.flag) return row.type;
        refuse(section, "says " + section.full("type") + " \"" + row.name +
                            "\" but --lr_scheduler_type says " + options.lr_scheduler_type.text() +
                            ": give --lr_scheduler_type " + name_of(row.flag) +
                            ", or leave the scheduler out of the file.");
    }
    section.fail_value("type", *type,
                       "WarmupLR, WarmupDecayLR or WarmupCosineLR (no other schedule of DeepSpeed "
                       "is known here: use --lr_scheduler_type)");
}

/// What --warmup_steps and --warmup_ratio ask for; 0 when they leave it open.
std::int64_t warmup_of_flags(const TrainOptions& options, std::int64_t total_steps) {
    if (options.warmup_steps > 0) return options.warmup_steps;
    return static_cast<std::int64_t>(
        std::ceil(static_cast<double>(total_steps) * options.warmup_ratio));
}

void read_warmup(DeepSpeedSchedule& schedule, JsonSection& params, const TrainOptions& options,
                 std::int64_t total_steps, const std::function<void(const std::string&)>& note) {
    const bool is_known = options.warmup_steps > 0 || options.warmup_ratio == 0 || total_steps > 0;
    const std::int64_t flags = warmup_of_flags(options, total_steps);
    const std::int64_t said = params.count("warmup_num_steps", flags, flags);
    if (is_known && flags > 0 && said != flags)
        params.contradict("warmup_num_steps",
                          options.warmup_steps > 0 ? "warmup_steps" : "warmup_ratio",
                          options.warmup_steps > 0
                              ? std::to_string(flags)
                              : shown_value(options.warmup_ratio) + ", " + std::to_string(flags) +
                                    " of " + std::to_string(total_steps) + " steps");
    if (!params.find("warmup_num_steps") && is_known && note)
        note(params.file().string() + " has no " + params.full("warmup_num_steps") +
             ": it is taken as \"auto\", " + std::to_string(flags) +
             " steps (DeepSpeed by itself would take 1000).");
    schedule.warmup_num_steps = std::max<std::int64_t>(2, said);
    schedule.warmup = params.choice("warmup_type", "log", {"log", "linear"}) == "linear"
                          ? Warmup::Linear
                          : Warmup::Log;
}

void read_rates(DeepSpeedSchedule& schedule, JsonSection& params, const TrainOptions& options) {
    const double peak = options.learning_rate;
    schedule.max_lr = peak;
    if (schedule.type == Type::WarmupCosineLR) {
        schedule.min_lr = peak * params.number("warmup_min_ratio", 0, 0, 0, 1);
        schedule.end_lr = peak * params.number("cos_min_ratio", 1e-4, 1e-4, 0, 1);
        return;
    }
    params.must_equal("warmup_max_lr", "learning_rate", peak);
    schedule.min_lr = params.number("warmup_min_lr", 0, 0);
    if (schedule.min_lr > peak)
        params.fail_value("warmup_min_lr", *params.find("warmup_min_lr"),
                          "a number up to --learning_rate " + shown_value(peak));
}

void read_total(DeepSpeedSchedule& schedule, JsonSection& params, std::int64_t total_steps) {
    if (schedule.type == Type::WarmupLR) return;
    schedule.total_num_steps = params.count("total_num_steps", total_steps, total_steps, 1);
    if (total_steps > 0 && schedule.total_num_steps != total_steps)
        refuse(params, "says " + params.full("total_num_steps") + " " +
                           std::to_string(schedule.total_num_steps) + " but the run has " +
                           std::to_string(total_steps) +
                           " steps (--max_steps, or --num_train_epochs of the data): make them "
                           "agree or write \"auto\" in the file.");
}

double log_or_line(const DeepSpeedSchedule& schedule, std::int64_t step) {
    const auto length = static_cast<double>(schedule.warmup_num_steps);
    if (schedule.warmup == Warmup::Linear) return static_cast<double>(step) / length;
    return std::log(static_cast<double>(step) + 1) / std::log(length);
}

}  // namespace

double DeepSpeedSchedule::rate(std::int64_t step) const {
    if (step < warmup_num_steps) return min_lr + (max_lr - min_lr) * log_or_line(*this, step);
    const double length =
        static_cast<double>(std::max<std::int64_t>(1, total_num_steps - warmup_num_steps));
    switch (type) {
        case Type::WarmupDecayLR: {
            const double left = static_cast<double>(total_num_steps - step) / length;
            return min_lr + (max_lr - min_lr) * std::max(0.0, left);
        }
        case Type::WarmupCosineLR: {
            const double done =
                std::min(1.0, static_cast<double>(step - warmup_num_steps + 1) / length);
            return end_lr + (max_lr - end_lr) * (1 + std::cos(std::numbers::pi * done)) / 2;
        }
        default:
            return max_lr;
    }
}

std::optional<DeepSpeedSchedule> read_deepspeed_schedule(
    JsonSection& root, const TrainOptions& options, std::int64_t total_steps,
    const std::function<void(const std::string&)>& note) {
    JsonSection section = root.section("scheduler");
    if (!section.exists()) return std::nullopt;
    if (!options.lr_scheduler_kwargs.empty())
        refuse(section,
               "has a scheduler, beside which --lr_scheduler_kwargs has no effect: leave "
               "one of them out.");
    DeepSpeedSchedule schedule;
    schedule.type = read_type(section, options);
    JsonSection params = section.section("params");
    section.name_unknown();
    read_rates(schedule, params, options);
    read_total(schedule, params, total_steps);
    read_warmup(schedule, params, options, total_steps, note);
    if (schedule.type == Type::WarmupLR) params.note_idle({"total_num_steps"});
    params.note_idle({"last_batch_iteration"});
    params.name_unknown();
    const bool is_short = schedule.warmup_num_steps > std::max<std::int64_t>(2, total_steps);
    if (total_steps > 0 && is_short && note)
        note(root.file().string() + " warms up for " + std::to_string(schedule.warmup_num_steps) +
             " steps, more than the " + std::to_string(total_steps) +
             " of the run: --learning_rate is never reached.");
    return schedule;
}

Json to_json(const DeepSpeedSchedule& schedule) {
    Json params = {{"warmup_num_steps", schedule.warmup_num_steps},
                   {"warmup_type", schedule.warmup == Warmup::Linear ? "linear" : "log"}};
    if (schedule.type != Type::WarmupLR) params["total_num_steps"] = schedule.total_num_steps;
    if (schedule.type == Type::WarmupCosineLR) {
        const double peak = schedule.max_lr > 0 ? schedule.max_lr : 1;
        params["warmup_min_ratio"] = schedule.min_lr / peak;
        params["cos_min_ratio"] = schedule.end_lr / peak;
    } else {
        params["warmup_min_lr"] = schedule.min_lr;
        params["warmup_max_lr"] = schedule.max_lr;
    }
    return {{"type", name_of(schedule.type)}, {"params", std::move(params)}};
}

}  // namespace univi::training
