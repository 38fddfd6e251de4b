#include "training/engine/loss_scale.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace univi::training {

LossScale::LossScale(const LossScaleConfig& config)
    : config_(config), hysteresis_(config.hysteresis) {
    value_ = config.loss_scale > 0 ? config.loss_scale
                                   : std::ldexp(1.0, static_cast<int>(config.initial_scale_power));
}

// DeepSpeed's DynamicLossScaler: the window counts from the last overflow, and only its end
// restores the hysteresis.
void LossScale::update(bool is_overflow) {
    if (config_.loss_scale > 0) return;
    if (is_overflow) {
        if (hysteresis_ <= 1)
            value_ = std::max(value_ / 2, config_.min_loss_scale);
        else
            --hysteresis_;
        last_overflow_ = steps_;
    } else if ((steps_ - last_overflow_) % config_.loss_scale_window == 0) {
        hysteresis_ = config_.hysteresis;
        value_ *= 2;
    }
    ++steps_;
}

base::Json LossScale::state() const {
    return {{"value", value_},
            {"steps", steps_},
            {"last_overflow", last_overflow_},
            {"hysteresis", hysteresis_}};
}

void LossScale::restore(const base::Json& state) {
    if (state.is_null() || config_.loss_scale > 0) return;
    try {
        value_ = state.at("value").get<double>();
        steps_ = state.at("steps").get<std::int64_t>();
        last_overflow_ = state.at("last_overflow").get<std::int64_t>();
        hysteresis_ = state.at("hysteresis").get<std::int64_t>();
    } catch (const base::Json::exception&) {
        throw base::Error(
            base::ErrorKind::Format,
            "The checkpoint's loss scale is broken: remove its folder to resume from an "
            "older one.");
    }
    if (!(std::isfinite(value_) && value_ > 0))
        throw base::Error(base::ErrorKind::Format,
                          "The checkpoint's loss scale is no positive number.");
}

}  // namespace univi::training
