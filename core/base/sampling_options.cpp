#include "core/base/sampling_options.h"

#include "core/base/error.h"

namespace univi::base {

void SamplingOptions::check() const {
    const auto require = [](bool fine, const char* sentence) {
        if (!fine) throw Error(ErrorKind::Usage, sentence);
    };
    require(temperature >= 0, "The temperature must be 0 (greedy) or more.");
    require(top_p > 0 && top_p <= 1, "top-p must be above 0 and at most 1.");
    require(top_k >= 0, "top-k must be 0 (off) or more.");
    require(repetition_penalty > 0, "The repetition penalty must be above 0.");
    require(max_new_tokens >= 1, "At least one new token must be allowed (max-new-tokens).");
}

}  // namespace univi::base
