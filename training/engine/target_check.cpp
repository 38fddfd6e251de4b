#include "training/engine/target_check.h"

#include <algorithm>

#include "core/text/conversation_template.h"
#include "core/text/labels.h"

namespace univi::training {

namespace {

bool has_target(const std::vector<std::int32_t>& labels) {
    return std::any_of(labels.begin(), labels.end(),
                       [](std::int32_t label) { return label != text::kIgnoreLabel; });
}

/// What keeps single items from being learned.
class TargetCheck {
  public:
    TargetCheck(const Dataset& dataset, const text::Tokenizer& tokenizer,
                const SampleReaderOptions& options, const VisualTokenCache* cache)
        : dataset_(dataset),
          tokenizer_(tokenizer),
          options_(masking(options)),
          reader_(dataset, tokenizer, options_, cache,
                  [this](const std::string& said) { said_ = said; }) {}

    /// Empty when item `index` has a target.
    std::string problem_of(std::size_t index) {
        try {
            const DataItem item = dataset_.item(index);
            const SampleText text = judge(
                item, tokenizer_,
                {text::find_template(options_.conversation_template), options_.model_max_length},
                {});
            if (!text.mismatch && text.label_count == 0)
                return dataset_.describe(item) + " has no word to learn within " +
                       std::to_string(options_.model_max_length) +
                       " tokens (--model_max_length): its answers are empty or cut off.";
        } catch (const base::Error& error) {
            if (error.kind() != base::ErrorKind::Format) throw;
        }  // the reader says it in its words
        said_.clear();
        const Sample sample = reader_.read(static_cast<std::int64_t>(index));
        if (has_target(sample.labels)) return "";
        return said_.empty() ? dataset_.describe(index) + " has no word to learn." : said_;
    }

  private:
    static SampleReaderOptions masking(SampleReaderOptions options) {
        options.bad_items = BadItemPolicy::Mask;
        return options;
    }

    const Dataset& dataset_;
    const text::Tokenizer& tokenizer_;
    SampleReaderOptions options_;
    std::string said_;
    SampleReader reader_;
};

}  // namespace

std::string find_nothing_to_learn(const Dataset& dataset, const text::Tokenizer& tokenizer,
                                  const SampleReaderOptions& options, const VisualTokenCache* cache,
                                  const std::string& data) {
    TargetCheck check(dataset, tokenizer, options, cache);
    const std::size_t looked_at = std::min(dataset.size(), kSampledItems);
    std::string first;
    for (std::size_t i = 0; i < looked_at; ++i) {
        const std::string problem = check.problem_of(i * dataset.size() / looked_at);
        if (problem.empty()) return "";
        if (first.empty()) first = problem;
    }
    return "Nothing can be learned from " + data + ": none of the " + std::to_string(looked_at) +
           (looked_at < dataset.size()
                ? " items looked at, of " + std::to_string(dataset.size()) + ","
                : " items") +
           " has a word to learn. The first: " + first +
           " --check-data tells what is wrong with all of them.";
}

}  // namespace univi::training
