#pragma once

#include <ATen/core/Tensor.h>

#include <memory>

namespace univi::training {

/// What a backward pass reports as it goes. Called on autograd's thread of the device.
class BackwardListener {
  public:
    virtual ~BackwardListener() = default;
    /// The gradient of parameter `slot` of buffer `buffer` is complete and stands in its grad().
    virtual void gradient_ready(std::size_t buffer, std::size_t slot,
                                const at::Tensor& parameter) = 0;
    /// Backward comes to a decoder layer, and has left it.
    virtual void backward_enters(int layer) = 0;
    virtual void backward_leaves(int layer) = 0;
};

/// Connects autograd graphs and parameters with a listener for as long as this object lives. A
/// graph that outlives it fails in backward with Error{Internal}; a parameter's gradient then
/// stays where it is.
class BackwardLink {
  public:
    explicit BackwardLink(BackwardListener& listener);
    ~BackwardLink();
    BackwardLink(const BackwardLink&) = delete;
    BackwardLink& operator=(const BackwardLink&) = delete;

    /// Reports the parameter's gradients from now on.
    void watch(const at::Tensor& parameter, std::size_t buffer, std::size_t slot);
    /// Return `x` unchanged; backward through it reports that it enters or leaves `layer`.
    at::Tensor entry_of(int layer, const at::Tensor& x) const;
    at::Tensor exit_of(int layer, const at::Tensor& x) const;

  private:
    struct Target;
    std::shared_ptr<Target> target_;
};

}  // namespace univi::training
