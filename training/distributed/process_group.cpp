#include "training/distributed/process_group.h"

#include "core/base/error.h"
#include "core/base/exception_text.h"

namespace univi::training {

using base::Error;
using base::ErrorKind;
using protocol::Fault;
using protocol::FaultError;

namespace {

class AloneGroup : public ProcessGroup {
  public:
    int rank() const override { return 0; }
    int size() const override { return 1; }
    const char* backend() const override { return "none"; }
    CollectiveWork reduce_scatter(const at::Tensor& output, const at::Tensor& input) override {
        const at::NoGradGuard no_grad;
        output.copy_(input.view(output.sizes()));
        return {};
    }
    CollectiveWork all_gather(const at::Tensor&) override { return {}; }
    CollectiveWork all_reduce(const at::Tensor&) override { return {}; }
};

}  // namespace

std::unique_ptr<ProcessGroup> ProcessGroup::alone() {
    return std::make_unique<AloneGroup>();
}

CollectiveWork ProcessGroup::guarded(std::function<void()> finish) {
    return CollectiveWork([this, finish = std::move(finish)] {
        try {
            finish();
        } catch (const Error&) {
            throw;
        } catch (const std::exception& error) {
            throw_failure(base::first_line(error));
        }
    });
}

void ProcessGroup::throw_failure(const std::string& what) const {
    if (!explain_) throw FaultError(ErrorKind::Device, Fault::RankLost, what);
    const protocol::train::ErrorEvent error = explain_(what);
    throw FaultError(ErrorKind::Device, error.known_fault(), error.message, error.items);
}

void ProcessGroup::barrier() {
    all_reduce(at::zeros({1}, at::kInt)).wait();
}

}  // namespace univi::training
