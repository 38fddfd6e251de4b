#include "core/server/metrics.h"

#include <algorithm>
#include <sstream>

#include "core/base/resident_memory.h"

namespace univi::server {

namespace {

/// Writes one metric's two lines of description.
void describe(std::ostream& out, const std::string& name, const char* type, const char* help) {
    out << "# HELP " << name << ' ' << help << "\n# TYPE " << name << ' ' << type << '\n';
}

void one(std::ostream& out, const std::string& name, const char* type, const char* help,
         double value) {
    describe(out, name, type, help);
    out << name << ' ' << value << '\n';
}

}  // namespace

void Metrics::count_request(const std::string& path, int status) {
    const std::lock_guard lock(mutex_);
    ++requests_[{path, status}];
}

void Metrics::count_reply(const ReplyFigures& figures) {
    const std::lock_guard lock(mutex_);
    ++replies_;
    prompt_tokens_ += figures.prompt_tokens;
    reused_tokens_ += figures.reused_tokens;
    completion_tokens_ += figures.completion_tokens;
    if (figures.tokens_per_s > 0) tokens_per_s_ = figures.tokens_per_s;
    if (figures.completion_tokens == 0) return;
    const auto bound = std::ranges::lower_bound(kBounds, figures.first_token_s);
    ++first_token_[static_cast<std::size_t>(bound - kBounds.begin())];
    first_token_sum_ += figures.first_token_s;
    ++first_tokens_;
}

void Metrics::count_cancelled() {
    const std::lock_guard lock(mutex_);
    ++cancelled_;
}

std::string Metrics::text(int places_taken) const {
    const std::lock_guard lock(mutex_);
    std::ostringstream out;
    out.precision(12);
    describe(out, "univi_requests_total", "counter", "Requests by path and status.");
    for (const auto& [key, count] : requests_)
        out << "univi_requests_total{path=\"" << key.first << "\",status=\"" << key.second << "\"} "
            << count << '\n';
    one(out, "univi_requests_open", "gauge", "Chat requests that wait or are answered.",
        places_taken);
    one(out, "univi_replies_total", "counter", "Replies made, cut off ones too.", double(replies_));
    one(out, "univi_replies_cancelled_total", "counter",
        "Replies given up: the client went away, the time was over, the server ended.",
        double(cancelled_));
    one(out, "univi_prompt_tokens_total", "counter", "Tokens of prompts.", double(prompt_tokens_));
    one(out, "univi_prompt_tokens_reused_total", "counter",
        "Tokens of prompts that were still held from earlier ones.", double(reused_tokens_));
    one(out, "univi_completion_tokens_total", "counter", "Tokens of replies.",
        double(completion_tokens_));
    one(out, "univi_tokens_per_second", "gauge", "Speed of the last reply.", tokens_per_s_);
    describe(out, "univi_first_token_seconds", "histogram",
             "From the begin of the work on a request to the first token.");
    std::int64_t below = 0;
    for (std::size_t i = 0; i < kBounds.size(); ++i)
        out << "univi_first_token_seconds_bucket{le=\"" << kBounds[i] << "\"} "
            << (below += first_token_[i]) << '\n';
    out << "univi_first_token_seconds_bucket{le=\"+Inf\"} " << first_tokens_ << '\n'
        << "univi_first_token_seconds_sum " << first_token_sum_ << '\n'
        << "univi_first_token_seconds_count " << first_tokens_ << '\n';
    one(out, "process_resident_memory_bytes", "gauge", "Memory of the process.",
        double(base::resident_memory().value_or(0)));
    return out.str();
}

}  // namespace univi::server
