#include "core/server/stop_texts.h"

#include <algorithm>
#include <utility>

namespace univi::server {

/// Length of the longest end of what is held that begins one of the texts.
std::size_t StopTexts::doubtful_tail() const {
    std::size_t longest = 0;
    for (const std::string& text : texts_)
        for (std::size_t n = std::min(text.size() - 1, held_.size()); n > longest; --n)
            if (held_.ends_with(std::string_view(text).substr(0, n))) longest = n;
    return longest;
}

std::string StopTexts::push(std::string_view text) {
    if (stopped_) return {};
    held_ += text;
    std::size_t cut = held_.npos;
    for (const std::string& stop : texts_) cut = std::min(cut, held_.find(stop));
    stopped_ = cut != held_.npos;
    if (!stopped_) cut = held_.size() - doubtful_tail();
    std::string out = held_.substr(0, cut);
    held_ = stopped_ ? std::string() : held_.substr(cut);
    shown_ += out.size();
    return out;
}

std::string StopTexts::finish() {
    if (stopped_) return {};
    shown_ += held_.size();
    return std::exchange(held_, {});
}

}  // namespace univi::server
