#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>

namespace univi::model {

/// Opens the device that a name means: "auto" (a GPU when it can be used, else the CPU), "cpu",
/// "cuda" or "cuda:N". The first call that wants a GPU opens LibTorch's CUDA part beside
/// libtorch_cpu at run time; nothing links it. Throws Error{Usage} for another word and
/// Error{Device} in one sentence when the GPU asked for cannot be used.
c10::Device open_device(const std::string& name);

/// Empty when CUDA can be used, else why not ("there is no NVIDIA driver on this machine").
std::string why_no_cuda();

/// Returns the type to compute in that "auto", "fp32", "fp16" or "bf16" means: auto is fp32 on the
/// CPU and bf16 on a GPU. Throws Error{Usage}. model::set_precision also knows int8 and int4.
c10::ScalarType compute_dtype(const std::string& name, c10::Device device);

}  // namespace univi::model
