#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace univi::base {

/// What kind of thing failed. Travels through the protocol as its lower-case name.
enum class ErrorKind {
    Usage,
    File,
    Format,
    Model,
    Media,
    Memory,
    Device,
    Context,
    Stopped,
    Internal
};

/// The one error type of the program. `what()` is a single sentence for a person: what is wrong,
/// where, and what to do. Thrown anywhere, caught once per thread edge (a program's main, the
/// engine's request loop).
class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& sentence)
        : std::runtime_error(sentence), kind_(kind) {}
    ErrorKind kind() const { return kind_; }

  private:
    ErrorKind kind_;
};

/// Returns the exit code of a program that ends on `kind`: 2 for bad usage, 1 for everything else.
int exit_code(ErrorKind kind);

/// Returns "usage", "file", …
std::string_view to_string(ErrorKind kind);

}  // namespace univi::base
