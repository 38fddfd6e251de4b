#include "training/engine/optimizer.h"

namespace univi::training {

AdamW::AdamW(model::NamedTensors parameters, const AdamWOptions& options) : options_(options) {
    groups_ = {{options.weight_decay, {}}, {0, {}}};
    for (auto& [name, parameter] : parameters) {
        groups_[is_decayed(name) ? 0 : 1].members.push_back(names_.size());
        names_.push_back(name);
        at::Tensor master = parameter.detach();
        if (master.scalar_type() != at::kFloat) master = master.to(at::kFloat);
        masters_.push_back(master);
        averages_.push_back(at::zeros_like(master));
        squares_.push_back(at::zeros_like(master));
        parameter.set_requires_grad(true);
        parameters_.push_back(parameter);
    }
    gradients_.resize(names_.size());
}

double AdamW::clip_gradients(double max_norm) {
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> norms;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const at::Tensor& gradient = parameters_[i].grad();
        gradients_[i] = gradient.defined() ? gradient.to(at::kFloat) : at::zeros_like(masters_[i]);
        if (loss_scale_ != 1) gradients_[i] = gradients_[i] * (1 / loss_scale_);
        norms.push_back(gradients_[i].norm());
    }
    const double norm = at::stack(norms).norm().item<double>();
    const double scale = max_norm > 0 ? max_norm / (norm + 1e-6) : 1;
    if (scale < 1) at::_foreach_mul_(gradients_, scale);
    return norm;
}

void AdamW::step(double learning_rate) {
    const at::NoGradGuard no_grad;
    ++updates_;
    for (const Group& group : groups_)
        if (!group.members.empty()) update_group(group, learning_rate);
    for (std::size_t i = 0; i < names_.size(); ++i)
        if (parameters_[i].scalar_type() != at::kFloat) parameters_[i].copy_(masters_[i]);
    zero_grad();
}

void AdamW::update_group(const Group& group, double learning_rate) {
    AdamWPieces pieces;
    for (const std::size_t i : group.members) {
        pieces.weights.push_back(masters_[i]);
        pieces.gradients.push_back(gradients_[i]);
        pieces.averages.push_back(averages_[i]);
        pieces.squares.push_back(squares_[i]);
    }
    update_adamw(pieces, options_, group.weight_decay, learning_rate, updates_);
}

void AdamW::zero_grad() {
    for (at::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
    for (at::Tensor& gradient : gradients_) gradient.reset();
}

model::NamedTensors AdamW::masters() const {
    model::NamedTensors result;
    for (std::size_t i = 0; i < names_.size(); ++i) result.emplace_back(names_[i], masters_[i]);
    return result;
}

model::NamedTensors AdamW::gradients() const {
    model::NamedTensors result;
    for (std::size_t i = 0; i < names_.size(); ++i) result.emplace_back(names_[i], gradients_[i]);
    return result;
}

model::TensorTable AdamW::state() const {
    model::TensorTable table;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        table["exp_avg." + names_[i]] = model::to_view(averages_[i]);
        table["exp_avg_sq." + names_[i]] = model::to_view(squares_[i]);
    }
    return table;
}

void AdamW::visit_weights(const std::function<void(const std::string&, const at::Tensor&)>& visit) {
    for (std::size_t i = 0; i < names_.size(); ++i) visit(names_[i], masters_[i]);
}

void AdamW::restore(const SavedValues& saved, std::int64_t updates) {
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const std::int64_t count = masters_[i].numel();
        saved.read("weight", names_[i], count, 0, masters_[i].view({-1}));
        saved.read("exp_avg", names_[i], count, 0, averages_[i].view({-1}));
        saved.read("exp_avg_sq", names_[i], count, 0, squares_[i].view({-1}));
        if (parameters_[i].scalar_type() != at::kFloat) parameters_[i].copy_(masters_[i]);
    }
    updates_ = updates;
}

std::int64_t AdamW::trained_elements() const {
    std::int64_t sum = 0;
    for (const at::Tensor& master : masters_) sum += master.numel();
    return sum;
}

}  // namespace univi::training
