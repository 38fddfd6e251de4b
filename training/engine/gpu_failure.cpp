#include "training/engine/gpu_failure.h"

#include <c10/util/Exception.h>

#include <string_view>

namespace univi::training {

bool is_gpu_failure(const std::exception& error) {
    if (dynamic_cast<const c10::AcceleratorError*>(&error)) return true;
    const std::string_view what = error.what();
    return what.find("CUDA error") != what.npos || what.find("CUDA driver") != what.npos;
}

}  // namespace univi::training
