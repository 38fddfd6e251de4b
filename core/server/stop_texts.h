#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace univi::server {

/// Ends a reply where the first of several texts begins, and holds back what may be the beginning
/// of one. One reply each.
class StopTexts {
  public:
    /// None of them is empty.
    explicit StopTexts(std::vector<std::string> texts) : texts_(std::move(texts)) {}
    /// Takes new text of the reply; returns what may be shown now. After a stop nothing is.
    std::string push(std::string_view text);
    /// Returns what was held back, when the reply ended without a stop.
    std::string finish();
    bool stopped() const { return stopped_; }
    /// Returns the length of all text taken and not stopped, shown or held back.
    std::size_t length() const { return shown_ + held_.size(); }

  private:
    std::size_t doubtful_tail() const;

    std::vector<std::string> texts_;
    std::string held_;
    std::size_t shown_ = 0;
    bool stopped_ = false;
};

}  // namespace univi::server
