#include "training/engine/memory_advice.h"

#include <vector>

namespace univi::training {

std::string memory_advice(const TrainOptions& options, int zero_stage, bool has_many_ranks) {
    std::vector<std::string> ways;
    if (options.per_device_train_batch_size > 1)
        ways.push_back("a smaller --per_device_train_batch_size");
    if (!options.gradient_checkpointing) ways.push_back("--gradient_checkpointing True");
    if (options.model_max_length > 512) ways.push_back("a smaller --model_max_length");
    if (zero_stage < 3)
        ways.push_back(has_many_ranks ? "--zero_stage " + std::to_string(zero_stage + 1)
                                      : "more ranks with --zero_stage 3");
    if (!options.auto_micro_batch && options.per_device_train_batch_size > 1)
        ways.push_back(
            "--auto_micro_batch True, which keeps the batch and takes fewer samples at a time");
    if (ways.empty()) return "use a device with more memory, or more of them.";
    std::string text = "use ";
    for (std::size_t i = 0; i < ways.size(); ++i)
        text += (i == 0 ? "" : i + 1 == ways.size() ? " or " : ", ") + ways[i];
    return text + ".";
}

}  // namespace univi::training
