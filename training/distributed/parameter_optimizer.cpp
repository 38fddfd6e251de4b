#include "training/distributed/parameter_optimizer.h"

namespace univi::training {

bool is_decayed(const std::string& name) {
    return !name.ends_with("bias") && name.find("norm") == std::string::npos;
}

void update_adamw(AdamWPieces& pieces, const AdamWOptions& options, double weight_decay,
                  double learning_rate, std::int64_t updates) {
    if (pieces.weights.empty()) return;
    std::vector<at::Tensor> steps;
    for (const at::Tensor& weight : pieces.weights)
        steps.push_back(at::full({}, static_cast<double>(updates), weight.options()));
    at::_fused_adamw_(pieces.weights, pieces.gradients, pieces.averages, pieces.squares, {}, steps,
                      learning_rate, options.beta1, options.beta2, weight_decay, options.epsilon,
                      /*amsgrad=*/false, /*maximize=*/false);
}

}  // namespace univi::training
