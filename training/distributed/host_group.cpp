#include "training/distributed/host_group.h"

#include <ATen/ATen.h>

namespace univi::training {

namespace {

class HostGroup : public ProcessGroup {
  public:
    explicit HostGroup(std::unique_ptr<ProcessGroup> host) : host_(std::move(host)) {}
    int rank() const override { return host_->rank(); }
    int size() const override { return host_->size(); }
    const char* backend() const override { return host_->backend(); }
    std::int64_t collectives_begun() const override { return host_->collectives_begun(); }
    void explain_failures_with(Explain explain) override {
        host_->explain_failures_with(std::move(explain));
    }

    CollectiveWork reduce_scatter(const at::Tensor& output, const at::Tensor& input) override {
        if (input.is_cpu()) return host_->reduce_scatter(output, input);
        const at::Tensor part = at::empty(output.sizes(), output.options().device(at::kCPU));
        return back(host_->reduce_scatter(part, input.cpu()), part, output);
    }
    CollectiveWork all_gather(const at::Tensor& tensor) override {
        if (tensor.is_cpu()) return host_->all_gather(tensor);
        const at::Tensor whole = at::empty(tensor.sizes(), tensor.options().device(at::kCPU));
        whole.view({size(), -1})[rank()].copy_(tensor.view({size(), -1})[rank()]);
        return back(host_->all_gather(whole), whole, tensor);
    }
    CollectiveWork all_reduce(const at::Tensor& tensor) override {
        if (tensor.is_cpu()) return host_->all_reduce(tensor);
        const at::Tensor sum = tensor.cpu();
        return back(host_->all_reduce(sum), sum, tensor);
    }

  private:
    static CollectiveWork back(CollectiveWork work, const at::Tensor& from, const at::Tensor& to) {
        return CollectiveWork([work, from, to]() mutable {
            work.wait();
            const at::NoGradGuard no_grad;
            to.copy_(from);
        });
    }

    std::unique_ptr<ProcessGroup> host_;
};

}  // namespace

std::unique_ptr<ProcessGroup> through_host(std::unique_ptr<ProcessGroup> host) {
    return std::make_unique<HostGroup>(std::move(host));
}

}  // namespace univi::training
