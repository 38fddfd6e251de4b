#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "core/base/error.h"
#include "core/model/device.h"
#include "core/model/precision.h"

namespace univi::test {

/// What UNIVI_TEST_DEVICE names, "cuda:0" without it; "fake:0" runs the same on a device that is
/// not the CPU where there is no GPU (UNIVI_DEVICE_LIBRARY).
inline std::string device_under_test() {
    const char* name = std::getenv("UNIVI_TEST_DEVICE");
    return name && *name ? name : "cuda:0";
}

/// The name without its number: what a run of several ranks is told.
inline std::string kind_under_test() {
    const std::string name = device_under_test();
    return name.substr(0, name.find(':'));
}

/// Skips every test, with the reason, where the device cannot be used.
class OnDevice : public testing::Test {
  protected:
    void SetUp() override {
        try {
            placement.device = model::open_device(device_under_test());
        } catch (const base::Error& error) {
            GTEST_SKIP() << error.what();
        }
    }
    at::Tensor there(const at::Tensor& x) const { return x.to(placement.device); }
    bool is_gpu() const { return placement.device.is_cuda(); }

    model::PlacementOptions placement;
};

}  // namespace univi::test
