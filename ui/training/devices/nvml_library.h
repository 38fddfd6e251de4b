#pragma once

#include <QCoreApplication>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace univi::ui {

/// A process that holds memory of a GPU.
struct GpuUser {
    unsigned pid = 0;
    std::string name;         ///< of its program; empty: not ours to see
    std::int64_t memory = 0;  ///< bytes; < 0: the driver does not say
};

/// One GPU as the driver shows it now. Numbers the driver refuses are < 0.
struct GpuState {
    int index = 0;  ///< NVML's, by PCI bus
    std::string name, uuid;
    std::int64_t memory_total = -1, memory_free = -1;  ///< bytes
    int load = -1;                                     ///< percent
    int temperature = -1;                              ///< °C
    double power = -1, power_limit = -1;               ///< watts
    int compute_major = -1, compute_minor = -1;        ///< compute capability
    std::vector<GpuUser> users;                        ///< largest first

    /// Whether it computes in bf16 by itself (Ampere and later). Unknown counts as yes.
    bool has_bf16() const { return compute_major < 0 || compute_major >= 8; }
};

/// NVIDIA's management library, opened at run time: a machine without the driver runs the same
/// program. Std only; one thread at a time. Not copyable.
class NvmlLibrary {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::NvmlLibrary)
  public:
    /// $UNIVI_NVML, else libnvidia-ml.so.1. Never throws: `problem` says in one sentence why
    /// there is none.
    static NvmlLibrary open();
    NvmlLibrary(NvmlLibrary&&) noexcept;
    NvmlLibrary& operator=(NvmlLibrary&&) noexcept;
    ~NvmlLibrary();

    /// Empty when the library is there and answers.
    const std::string& problem() const { return problem_; }
    /// The GPUs by index. A GPU that no longer answers (fallen off the bus) is left out and
    /// named in problem().
    std::vector<GpuState> read();

  private:
    struct Calls;
    NvmlLibrary();
    std::unique_ptr<Calls> calls_;
    std::string problem_;
};

}  // namespace univi::ui
