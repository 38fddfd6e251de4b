#include "training/demo/optimizer.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace univi::training::demo {
namespace {

/// The nearest semi-orthogonal matrix, roughly: five Newton-Schulz steps with the quintic that Muon
/// uses, in bf16.
at::Tensor orthogonalise(const at::Tensor& matrix) {
    const bool tall = matrix.size(0) > matrix.size(1);
    at::Tensor x = (tall ? matrix.t() : matrix).to(at::kBFloat16);
    x = x / (x.to(at::kFloat).norm().item<double>() + 1e-7);
    for (int i = 0; i < 5; ++i) {
        const at::Tensor a = at::matmul(x, x.t());
        const at::Tensor b = -4.7750 * a + 2.0315 * at::matmul(a, a);
        x = 3.4445 * x + at::matmul(b, x);
    }
    x = x.to(at::kFloat);
    return tall ? x.t() : x;
}

}  // namespace

TowerOptimizer::TowerOptimizer(Parameters& parameters, const Options& options)
    : parameters_(parameters), options_(options) {
    for (const auto& [name, value] : parameters) {
        is_matrix_.push_back(value.dim() == 2 && name.find("encoder.layers") != std::string::npos);
        first_.push_back(at::zeros_like(value));
        second_.push_back(is_matrix_.back() ? at::zeros({1}) : at::zeros_like(value));
    }
}

double TowerOptimizer::step(std::vector<at::Tensor> gradients, double schedule) {
    ++steps_;
    double squares = 0;
    for (at::Tensor& gradient : gradients) {
        gradient = gradient.to(at::kFloat);
        squares += gradient.square().sum().item<double>();
    }
    const double norm = std::sqrt(squares),
                 factor = norm > options_.clip ? options_.clip / norm : 1.0;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        const at::Tensor gradient = gradients[i] * factor;
        if (is_matrix_[i])
            muon(i, gradient, schedule);
        else
            adam(i, gradient, schedule);
    }
    return norm;
}

void TowerOptimizer::adam(std::size_t i, const at::Tensor& gradient, double schedule) {
    at::Tensor value = parameters_[i].second;
    first_[i].mul_(options_.beta1).add_(gradient, 1 - options_.beta1);
    second_[i].mul_(options_.beta2).addcmul_(gradient, gradient, 1 - options_.beta2);
    const double correction1 = 1 - std::pow(options_.beta1, double(steps_));
    const double correction2 = 1 - std::pow(options_.beta2, double(steps_));
    const at::Tensor divisor = (second_[i] / correction2).sqrt_().add_(options_.epsilon);
    value.addcdiv_(first_[i], divisor, -options_.adam_rate * schedule / correction1);
}

void TowerOptimizer::muon(std::size_t i, const at::Tensor& gradient, double schedule) {
    at::Tensor value = parameters_[i].second;
    first_[i].mul_(options_.momentum).add_(gradient);
    const at::Tensor direction = orthogonalise(gradient + options_.momentum * first_[i]);
    const double rate = options_.muon_rate * schedule;
    const double scale = std::sqrt(std::max(1.0, double(value.size(0)) / double(value.size(1))));
    value.mul_(1 - rate * options_.weight_decay).add_(direction, -rate * scale);
}

TowerOptimizer::Parameters TowerOptimizer::state() const {
    Parameters out;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        out.emplace_back("first." + parameters_[i].first, first_[i]);
        out.emplace_back("second." + parameters_[i].first, second_[i]);
    }
    return out;
}

double schedule_at(std::int64_t step, std::int64_t total, std::int64_t warmup) {
    if (step < warmup) return double(step + 1) / double(warmup);
    const double decay_from = 0.35;
    const double t = double(step) / double(total);
    if (t < decay_from) return 1;
    const double part = std::min(1.0, (t - decay_from) / (1 - decay_from));
    return 0.02 + 0.98 * 0.5 * (1 + std::cos(std::numbers::pi * part));
}

}  // namespace univi::training::demo
