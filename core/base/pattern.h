#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace univi::base {

/// A regular expression out of an untrusted file, as Python spells them (PCRE2). Matching is
/// bounded: an expression that backtracks without end is an error, not a hang.
class Pattern {
  public:
    /// `where` names the source in errors. Throws Error{Format} for what is no expression.
    Pattern(const std::string& expression, std::string where);
    ~Pattern();
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    /// Returns true when the whole of `text` matches. Throws Error{Format} when matching takes too
    /// long.
    bool matches(std::string_view text) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::base
