#pragma once

#include <exception>

namespace univi::training {

/// Whether LibTorch says that a GPU, or its driver, failed.
bool is_gpu_failure(const std::exception& error);

}  // namespace univi::training
