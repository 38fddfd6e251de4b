#include "core/text/stop_rule.h"

#include <algorithm>
#include <utility>

namespace univi::text {

namespace {

/// Length of the longest end of `text` that is a beginning of `stop`, but not all of it.
std::size_t open_end(std::string_view text, std::string_view stop) {
    std::size_t length = stop.empty() ? 0 : std::min(text.size(), stop.size() - 1);
    while (length > 0 && !text.ends_with(stop.substr(0, length))) --length;
    return length;
}

}  // namespace

StopRule::StopRule(std::string stop, std::optional<std::int32_t> stop_id)
    : stop_(std::move(stop)), stop_id_(stop_id) {}

StopRule::StopRule(const Tokenizer& tokenizer, const ConversationTemplate& conversation_template)
    : StopRule(conversation_template.stop_string(),
               tokenizer.control_id(conversation_template.stop_string())) {}

std::string StopRule::take(std::string_view text) {
    held_ += text;
    if (const std::size_t at = held_.find(stop_); !stop_.empty() && at != std::string::npos) {
        stopped_ = true;
        held_.resize(at);
        return std::exchange(held_, {});
    }
    std::string shown = std::exchange(held_, {});
    const std::size_t keep = open_end(shown, stop_);
    held_ = shown.substr(shown.size() - keep);
    shown.resize(shown.size() - keep);
    return shown;
}

std::string StopRule::push(std::int32_t id, std::string_view text) {
    if (stopped_) return {};
    std::string shown = take(text);
    if (!stopped_ && stop_id_ == id) {
        stopped_ = true;
        shown += std::exchange(held_, {});
    }
    return shown;
}

std::string StopRule::finish(std::string_view text) {
    if (stopped_) return {};
    std::string shown = take(text);
    return shown + std::exchange(held_, {});
}

}  // namespace univi::text
