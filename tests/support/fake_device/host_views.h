#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "tests/support/fake_device/streams.h"

namespace univi::test::fake {

bool is_fake(const at::Tensor& tensor);

/// The tensors of one operator as the CPU sees them, over the same memory, which is open as long as
/// this object lives.
class HostViews {
  public:
    /// `what`: the operator's name, for faults. Throws when the device is lost.
    HostViews(int device, std::string what);
    ~HostViews();
    HostViews(const HostViews&) = delete;
    HostViews& operator=(const HostViews&) = delete;

    /// Returns a CPU tensor over the memory of one of the device (another tensor: itself).
    at::Tensor view(const at::Tensor& tensor, bool is_written);
    /// Brings a result of the CPU to the device: the tensor it is a view of, a view of that one's
    /// memory, or a new tensor.
    at::Tensor to_device(const at::Tensor& result);

  private:
    c10::Storage host_storage(const at::Tensor& tensor);
    void fit(const at::Tensor& original, const at::Tensor& view);

    int device_;
    std::string what_;
    StreamOrder::StreamKey stream_;
    struct Opened {
        c10::Storage device, host;
    };
    std::map<const c10::StorageImpl*, Opened> opened_;  ///< by the device's storage
    struct Known {
        at::Tensor original, view;
    };
    std::vector<Known> known_;
};

}  // namespace univi::test::fake
