#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/protocol/enum_names.h"

namespace univi::protocol {

/// What went wrong with a run, told by whoever throws. Travels as its name in lower case
/// ("not_a_number"); a name that is not known reads as Other.
enum class Fault {
    Other,
    Usage,           ///< a setting, or how the program was called
    NotANumber,      ///< the loss or a gradient
    NothingToLearn,  ///< no word of the data is trained on
    BadSample,       ///< an item, a picture or a video of the data
    DiskFull,
    NotSaved,     ///< a checkpoint on the way was not written
    OutOfMemory,  ///< of a GPU or the host
    PortInUse,    ///< the ranks' meeting port
    RankLost,     ///< a rank died, hangs or cannot be reached
    GpuGone,      ///< a GPU is not there, or failed
    Killed        ///< the process ended without a word
};

template <>
struct EnumNames<Fault> {
    static constexpr Fault kOtherwise = Fault::Other;
    static constexpr std::pair<Fault, const char*> kNames[] = {
        {Fault::Other, "other"},
        {Fault::Usage, "usage"},
        {Fault::NotANumber, "not_a_number"},
        {Fault::NothingToLearn, "nothing_to_learn"},
        {Fault::BadSample, "bad_sample"},
        {Fault::DiskFull, "disk_full"},
        {Fault::NotSaved, "not_saved"},
        {Fault::OutOfMemory, "out_of_memory"},
        {Fault::PortInUse, "port_in_use"},
        {Fault::RankLost, "rank_lost"},
        {Fault::GpuGone, "gpu_gone"},
        {Fault::Killed, "killed"}};
};

std::string to_string(Fault fault);

/// An error whose thrower knows the fault. `items`: the samples it happened with, named for people.
class FaultError : public base::Error {
  public:
    FaultError(base::ErrorKind kind, Fault fault, const std::string& sentence,
               std::vector<std::string> items = {})
        : Error(kind, sentence), fault_(fault), items_(std::move(items)) {}
    Fault fault() const { return fault_; }
    const std::vector<std::string>& items() const { return items_; }

  private:
    Fault fault_;
    std::vector<std::string> items_;
};

/// The kind of the last event of a run that had nothing to learn.
inline constexpr const char* kNothingToLearn = "nothing_to_learn";

/// Returns a FaultError's own fault, DiskFull of a base::DiskFull, else what the error's kind says.
Fault fault_of(const base::Error& error);
/// Returns what a kind alone says: its name in an event ("memory", "nothing_to_learn", …), as the
/// events of older programs have no fault.
Fault fault_of_kind(std::string_view kind);

}  // namespace univi::protocol
