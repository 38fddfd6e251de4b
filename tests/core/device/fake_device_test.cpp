// The fake device itself: what it must refuse, count and find, so that tests on it mean something.
#include "tests/support/fake_device/fake_device.h"

#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <gmock/gmock.h>

#include "core/model/device.h"
#include "tests/support/errors.h"

namespace univi::test {
namespace {

using testing::HasSubstr;

const c10::Device kFirst(c10::kPrivateUse1, 0), kSecond(c10::kPrivateUse1, 1);

std::string what_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "nothing was thrown";
}

TEST(FakeDevice, OperatorsAndGradientsEqualTheCpu) {
    at::manual_seed(1);
    const at::Tensor x = at::randn({5, 7}), w = at::randn({3, 7});
    const auto gradient = [](at::Tensor x, at::Tensor w) {
        w = w.detach().clone().requires_grad_(true);
        at::softmax(at::linear(x, w), -1).square().sum().backward();
        return w.grad().cpu();
    };
    EXPECT_TRUE(gradient(x.to(kFirst), w.to(kFirst)).equal(gradient(x, w)));
    const at::Tensor there = x.to(kFirst);
    EXPECT_TRUE(there.t().narrow(0, 2, 3).cpu().equal(x.t().narrow(0, 2, 3)));
    EXPECT_TRUE(at::cat({there, there})
                    .index_select(1, at::tensor({1L, 3L}).to(kFirst))
                    .cpu()
                    .equal(at::cat({x, x}).index_select(1, at::tensor({1L, 3L}))));
    EXPECT_EQ(there.device().str(), "fake:0");
}

TEST(FakeDevice, RandomNumbersAreTheCpusOfTheSameSeed) {
    const auto draw = [](c10::Device device) {
        at::Generator generator = at::globalContext().defaultGenerator(device).clone();
        generator.set_current_seed(9);
        return at::empty({100}, at::device(device)).bernoulli_(0.3, generator).cpu();
    };
    EXPECT_TRUE(draw(kFirst).equal(draw(c10::kCPU)));
}

TEST(FakeDeviceDeathTest, AHostReadEndsTheProgram) {
    const at::Tensor there = at::ones({4}, at::device(kSecond));
    const auto* planted = static_cast<const volatile float*>(there.const_data_ptr());
    EXPECT_DEATH({ [[maybe_unused]] const float value = planted[1]; },
                 "Host code touched the memory of fake:1 outside of an operator");
    EXPECT_EQ(there[1].item<float>(), 1) << "an operator may";
}

TEST(FakeDevice, ATensorOfAnotherDeviceIsRefusedByName) {
    const at::Tensor here = at::ones({4}), first = here.to(kFirst), second = here.to(kSecond);
    EXPECT_THAT(what_of([&] { first + here; }), HasSubstr("fake:0 and cpu"));
    EXPECT_THAT(what_of([&] { first.mul(second); }), HasSubstr("fake:0 and fake:1"));
    EXPECT_THAT(what_of([&] { at::cat({first, second}); }), HasSubstr("fake:0 and fake:1"));
    EXPECT_EQ((first + at::scalar_tensor(1)).sum().item<float>(), 8) << "single values may";
}

TEST(FakeDevice, CopiesAndWaitsAreCounted) {
    const at::Tensor here = at::ones({4});
    const fake::Counters before = fake::counters(0);
    const at::Tensor there = here.to(kFirst);
    const at::Tensor sum = (there * 2).sum();
    EXPECT_EQ((fake::counters(0) - before).synchronisations, 1) << "a copy to the device blocks";
    sum.item<float>();
    there.cpu();
    there.nonzero();
    const fake::Counters counted = fake::counters(0) - before;
    EXPECT_EQ(counted.synchronisations, 4);
    EXPECT_EQ(counted.host_to_device, 1);
    EXPECT_EQ(counted.host_to_device_bytes, 16);
    EXPECT_EQ(counted.device_to_host, 2);
    EXPECT_EQ(there.to(kSecond).device(), kSecond);
    EXPECT_EQ((fake::counters(0) - before).synchronisations, 4);
}

TEST(FakeDevice, MemoryIsBoundedAndGivenBack) {
    const std::int64_t live = fake::counters(1).live_bytes;
    fake::set_memory(1, live + 1000);
    EXPECT_EQ(model::device_memory(kSecond).free, 1000);
    EXPECT_THROW(at::empty({300}, at::device(kSecond)), c10::OutOfMemoryError);
    {
        const at::Tensor fits = at::empty({200}, at::device(kSecond));
        EXPECT_EQ(fake::counters(1).live_bytes, live + 800);
    }
    EXPECT_EQ(fake::counters(1).live_bytes, live);
    fake::set_memory(1, std::int64_t{1} << 40);
}

TEST(FakeDevice, ALostDeviceFailsAsAGpuDoes) {
    const at::Tensor there = at::ones({4}, at::device(kSecond));
    fake::lose_after(1, 1);
    const at::Tensor last = there + 1;
    EXPECT_THROW(last + 1, c10::AcceleratorError);
    EXPECT_THROW(last.cpu(), c10::AcceleratorError);
    fake::lose_after(1, -1);
    EXPECT_EQ((last + 1).sum().item<float>(), 12);
}

TEST(FakeDevice, UseBeforeReadyIsFound) {
    const c10::impl::VirtualGuardImpl guard(c10::kPrivateUse1);
    const c10::Stream main = guard.getStream(kFirst), side = guard.getNewStream(kFirst);
    const at::Tensor x = at::ones({4}, at::device(kFirst));
    fake::take_stream_faults();
    const auto on_side = [&](const std::function<void()>& work) {
        guard.exchangeStream(side);
        work();
        guard.exchangeStream(main);
    };
    at::Tensor y, z;
    on_side([&] { y = x + 1; });
    EXPECT_EQ(fake::take_stream_faults().size(), 1U) << "x is not ready on the other stream";
    c10::Event ready(c10::kPrivateUse1);
    x.add_(1);
    EXPECT_EQ(fake::take_stream_faults().size(), 1U) << "x is overwritten while it is read";
    ready.record(main);
    ready.block(side);
    on_side([&] { z = x + y; });
    EXPECT_TRUE(fake::take_stream_faults().empty());
    x.mul_(2);
    EXPECT_EQ(fake::take_stream_faults().size(), 1U) << "x is overwritten while it is read";
    guard.synchronizeStream(side);
    z.add_(1);
    EXPECT_TRUE(fake::take_stream_faults().empty()) << "the host has waited";
}

}  // namespace
}  // namespace univi::test
