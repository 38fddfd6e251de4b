#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <cstdint>
#include <string>

namespace univi::model {

/// Opens the device that a name means: "auto" (a GPU when it can be used, else the CPU), "cpu",
/// "cuda" or "cuda:N". The first call that wants a GPU opens LibTorch's CUDA part beside
/// libtorch_cpu at run time; nothing links it. UNIVI_DEVICE_LIBRARY names a library that brings
/// LibTorch another device (PrivateUse1), opened at the first need: its own name is a device then,
/// with ":N" or without, and auto takes it where there is no GPU. Throws Error{Usage} for another
/// word and Error{Device} in one sentence when the device asked for cannot be used.
c10::Device open_device(const std::string& name);

/// Empty when CUDA can be used, else why not ("there is no NVIDIA driver on this machine").
std::string why_no_cuda();

/// Returns how many devices of an opened type there are.
int device_count(c10::DeviceType type);

/// Returns the name of the device's type: "cpu", "cuda" or a library's.
std::string type_name(c10::Device device);

/// Bytes of a device's own memory; of the CPU, what the program may take of the machine's.
struct DeviceMemory {
    std::int64_t free = 0, total = 0;
};
DeviceMemory device_memory(c10::Device device);

/// Gives back to the device what its allocator keeps for later tensors.
void release_kept_memory(c10::Device device);

/// Returns the type to compute in that "auto", "fp32", "fp16" or "bf16" means: auto is fp32 on the
/// CPU and bf16 on a GPU. Throws Error{Usage}. model::set_precision also knows int8 and int4.
c10::ScalarType compute_dtype(const std::string& name, c10::Device device);

}  // namespace univi::model
