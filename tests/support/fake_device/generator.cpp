#include "tests/support/fake_device/generator.h"

#include <ATen/CPUGeneratorImpl.h>

#include <vector>

#include "tests/support/fake_device/memory.h"

namespace univi::test::fake {
namespace {

/// Draws what the CPU's generator of the same seed draws, so that results can be compared.
class DeviceGenerator final : public c10::GeneratorImpl {
  public:
    DeviceGenerator(int device, at::Generator cpu)
        : GeneratorImpl({c10::DeviceType::PrivateUse1, static_cast<c10::DeviceIndex>(device)},
                        c10::DispatchKeySet(c10::DispatchKey::PrivateUse1)),
          cpu_(std::move(cpu)) {}

    void set_current_seed(std::uint64_t seed) override { cpu_.set_current_seed(seed); }
    void set_offset(std::uint64_t offset) override { cpu_.set_offset(offset); }
    std::uint64_t get_offset() const override { return cpu_.get_offset(); }
    std::uint64_t current_seed() const override { return cpu_.current_seed(); }
    std::uint64_t seed() override { return cpu_.seed(); }
    void set_state(const c10::TensorImpl& state) override {
        cpu_.unsafeGetGeneratorImpl()->set_state(state);
    }
    c10::intrusive_ptr<c10::TensorImpl> get_state() const override {
        return cpu_.unsafeGetGeneratorImpl()->get_state();
    }
    const at::Generator& cpu() const { return cpu_; }

  private:
    DeviceGenerator* clone_impl() const override {
        return new DeviceGenerator(device().index(), cpu_.clone());
    }
    at::Generator cpu_;
};

}  // namespace

at::Generator make_generator(int device) {
    return at::make_generator<DeviceGenerator>(device, at::detail::createCPUGenerator());
}

const at::Generator& default_generator(int device) {
    static const auto* all = [] {
        auto* made = new std::vector<at::Generator>;
        for (int i = 0; i < device_count(); ++i) made->push_back(make_generator(i));
        return made;
    }();
    return all->at(static_cast<std::size_t>(device));
}

at::Generator on_cpu(const at::Generator& generator) {
    const auto* own = dynamic_cast<DeviceGenerator*>(generator.unsafeGetGeneratorImpl());
    return own ? own->cpu() : generator;
}

}  // namespace univi::test::fake
