#include "training/options/schedule.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "core/base/error.h"
#include "core/base/json.h"
#include "training/options/option_error.h"

namespace univi::training {

namespace {

[[noreturn]] void fail(const std::string& sentence) {
    throw OptionError("lr_scheduler_kwargs", sentence);
}

/// A setting, the schedule that knows it and the values it may have.
struct Setting {
    ScheduleType type;
    const char* name;
    double ScheduleSettings::*member;
    double low, high;
};

using S = ScheduleSettings;
using Type = ScheduleType;
constexpr double kMany = 1e15;

constexpr Setting kSettings[] = {
    {Type::Cosine, "num_cycles", &S::num_cycles, 1e-6, kMany},
    {Type::Restarts, "num_cycles", &S::num_cycles, 1, kMany},
    {Type::MinRate, "num_cycles", &S::num_cycles, 1e-6, kMany},
    {Type::MinRate, "min_lr", &S::min_lr, 0, 1000},
    {Type::MinRate, "min_lr_rate", &S::min_lr_rate, 0, 1},
    {Type::Polynomial, "power", &S::power, 0, 1000},
    {Type::Polynomial, "lr_end", &S::lr_end, 0, 1000},
    {Type::InverseSqrt, "timescale", &S::timescale, 1, kMany},
    {Type::StableDecay, "num_stable_steps", &S::num_stable_steps, 0, kMany},
    {Type::StableDecay, "num_decay_steps", &S::num_decay_steps, 1, kMany},
    {Type::StableDecay, "min_lr_ratio", &S::min_lr_ratio, 0, 1},
    {Type::StableDecay, "num_cycles", &S::num_cycles, 1e-6, kMany},
    {Type::Plateau, "factor", &S::factor, 0, 1 - 1e-9},
    {Type::Plateau, "patience", &S::patience, 0, kMany},
    {Type::Plateau, "threshold", &S::threshold, 0, 1},
    {Type::Plateau, "cooldown", &S::cooldown, 0, kMany},
    {Type::Plateau, "min_lr", &S::min_lr, 0, 1000},
};

void read_setting(ScheduleSettings& settings, Type type, const std::string& name,
                  const base::Json& value) {
    std::string known;
    for (const Setting& each : kSettings) {
        if (type != each.type) continue;
        known += (known.empty() ? "" : ", ") + std::string(each.name);
        if (name != each.name) continue;
        const double number = value.is_number() ? value.get<double>() : -1;
        if (!(number >= each.low && number <= each.high))
            fail("--lr_scheduler_kwargs: " + name + " of " + name_of(type) + " cannot be " +
                 value.dump().substr(0, 40) + ".");
        settings.*each.member = number;
        return;
    }
    fail("--lr_scheduler_kwargs: the schedule " + std::string(name_of(type)) + " has no " + name +
         "; " + (known.empty() ? "it has no settings." : "it knows " + known + "."));
}

double half_wave(double num_cycles, double progress) {
    return std::max(0.0, 0.5 * (1.0 + std::cos(std::numbers::pi * num_cycles * 2.0 * progress)));
}

double ratio(std::int64_t a, std::int64_t b) {
    return static_cast<double>(a) / static_cast<double>(std::max<std::int64_t>(1, b));
}

}  // namespace

ScheduleSettings parse_schedule_settings(ScheduleType type, const std::string& kwargs) {
    ScheduleSettings settings;
    if (kwargs.empty()) return settings;
    const base::Json json = base::Json::parse(kwargs, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object())
        fail("--lr_scheduler_kwargs takes a JSON object such as {\"num_cycles\": 2}, not \"" +
             kwargs + "\".");
    for (const auto& [name, value] : json.items()) read_setting(settings, type, name, value);
    return settings;
}

Schedule::Schedule(ScheduleType type, double peak, std::int64_t total_steps,
                   std::int64_t warmup_steps, double warmup_ratio, const ScheduleSettings& settings)
    : type_(type),
      peak_(peak),
      total_(total_steps),
      warmup_(warmup_steps > 0 ? warmup_steps
                               : static_cast<std::int64_t>(
                                     std::ceil(static_cast<double>(total_steps) * warmup_ratio))),
      settings_(settings) {
    if (settings_.num_cycles <= 0) settings_.num_cycles = type_ == Type::Restarts ? 1 : 0.5;
    if (settings_.timescale <= 0)
        settings_.timescale = warmup_ > 0 ? static_cast<double>(warmup_) : 10'000;
    if (settings_.min_lr > 0 && peak_ > 0) settings_.min_lr_rate = settings_.min_lr / peak_;
    if (type_ == Type::Plateau) warmup_ = 0;
    plateau_.rate = peak_;
    check();
}

void Schedule::check() {
    if (type_ == Type::Polynomial && peak_ > 0 && settings_.lr_end >= peak_)
        fail("The polynomial schedule must fall: its lr_end is not below --learning_rate.");
    if (type_ == Type::MinRate && settings_.min_lr_rate <= 0)
        fail(
            "The schedule cosine_with_min_lr needs its min_lr or min_lr_rate in "
            "--lr_scheduler_kwargs.");
    if (type_ != Type::StableDecay) return;
    const auto total = static_cast<double>(total_), warmup = static_cast<double>(warmup_);
    if (settings_.num_decay_steps < 1)
        fail(
            "The schedule warmup_stable_decay needs its num_decay_steps in --lr_scheduler_kwargs.");
    if (settings_.num_stable_steps < 0)
        settings_.num_stable_steps = total - warmup - settings_.num_decay_steps;
    if (settings_.num_stable_steps < 0 ||
        warmup + settings_.num_stable_steps + settings_.num_decay_steps > total)
        fail("The parts of the schedule warmup_stable_decay are more than the " +
             std::to_string(total_) + " steps of the run.");
}

void Schedule::follow(const DeepSpeedSchedule& schedule) {
    followed_ = schedule;
    warmup_ = schedule.warmup_num_steps;
}

double Schedule::rate(std::int64_t step) const {
    if (followed_) return followed_->rate(step);
    if (type_ == Type::Constant) return peak_;
    if (type_ == Type::Plateau) return plateau_.rate;
    if (step < warmup_) return peak_ * ratio(step, warmup_);
    return after_warmup(step);
}

double Schedule::after_warmup(std::int64_t step) const {
    const double progress = ratio(step - warmup_, total_ - warmup_);
    switch (type_) {
        case Type::Linear:
            return peak_ * std::max(0.0, 1.0 - progress);
        case Type::Cosine:
            return peak_ * half_wave(settings_.num_cycles, progress);
        case Type::Restarts:
            if (progress >= 1.0) return 0;
            return peak_ * half_wave(0.5, std::fmod(settings_.num_cycles * progress, 1.0));
        case Type::MinRate:
            return peak_ *
                   (half_wave(settings_.num_cycles, progress) * (1.0 - settings_.min_lr_rate) +
                    settings_.min_lr_rate);
        case Type::Polynomial:
            if (step > total_) return settings_.lr_end;
            return (peak_ - settings_.lr_end) * std::pow(1.0 - progress, settings_.power) +
                   settings_.lr_end;
        case Type::InverseSqrt:
            // The curve is moved so that it passes through the peak where the warm-up ends.
            return peak_ / std::sqrt((static_cast<double>(step - warmup_) + settings_.timescale) /
                                     settings_.timescale);
        case Type::StableDecay:
            return stable_decay(step);
        default:
            return peak_;
    }
}

double Schedule::stable_decay(std::int64_t step) const {
    const double into_decay = static_cast<double>(step - warmup_) - settings_.num_stable_steps;
    if (into_decay < 0) return peak_;
    const double progress = into_decay / settings_.num_decay_steps;
    if (progress >= 1) return peak_ * settings_.min_lr_ratio;
    return peak_ * (half_wave(settings_.num_cycles, progress) * (1.0 - settings_.min_lr_ratio) +
                    settings_.min_lr_ratio);
}

void Schedule::observe(double held_out_loss) {
    if (type_ != Type::Plateau) return;
    const bool is_better =
        !plateau_.has_best || held_out_loss < plateau_.best * (1.0 - settings_.threshold);
    if (is_better && !std::isnan(held_out_loss)) {
        plateau_.best = held_out_loss;
        plateau_.has_best = true;
        plateau_.bad = 0;
    } else {
        ++plateau_.bad;
    }
    if (plateau_.cooling > 0) {
        --plateau_.cooling;
        plateau_.bad = 0;
    }
    if (static_cast<double>(plateau_.bad) <= settings_.patience) return;
    constexpr double kLeastChange = 1e-8;  // torch's eps
    const double reduced = std::max(plateau_.rate * settings_.factor, settings_.min_lr);
    if (plateau_.rate - reduced > kLeastChange) plateau_.rate = reduced;
    plateau_.cooling = static_cast<std::int64_t>(settings_.cooldown);
    plateau_.bad = 0;
}

base::Json Schedule::state() const {
    if (type_ != Type::Plateau) return nullptr;
    return {{"rate", plateau_.rate},
            {"best", plateau_.has_best ? base::Json(plateau_.best) : base::Json()},
            {"bad", plateau_.bad},
            {"cooling", plateau_.cooling}};
}

void Schedule::restore(const base::Json& state) {
    if (type_ != Type::Plateau || state.is_null()) return;
    const auto is_number = [&](const char* key) {
        return state.contains(key) && state[key].is_number();
    };
    if (!state.is_object() || !is_number("rate") || !is_number("bad") || !is_number("cooling"))
        throw base::Error(base::ErrorKind::Format,
                          "The state of the learning rate schedule is damaged.");
    plateau_.rate = state["rate"].get<double>();
    plateau_.has_best = is_number("best");
    plateau_.best = plateau_.has_best ? state["best"].get<double>() : 0;
    plateau_.bad = state["bad"].get<std::int64_t>();
    plateau_.cooling = state["cooling"].get<std::int64_t>();
}

StepPlan plan_steps(std::int64_t num_samples, std::int64_t batch_size, std::int64_t accumulation,
                    double num_epochs, std::int64_t max_steps, bool drop_last) {
    StepPlan plan;
    plan.batches_per_epoch =
        drop_last ? num_samples / batch_size : (num_samples + batch_size - 1) / batch_size;
    plan.steps_per_epoch = std::max<std::int64_t>(1, plan.batches_per_epoch / accumulation);
    plan.total_steps = max_steps > 0 ? max_steps
                                     : static_cast<std::int64_t>(std::ceil(
                                           num_epochs * static_cast<double>(plan.steps_per_epoch)));
    return plan;
}

}  // namespace univi::training
