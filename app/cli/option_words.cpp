#include "app/cli/option_words.h"

#include <array>
#include <charconv>
#include <type_traits>

namespace univi::cli {

namespace {

/// Collects words of the form --name=value, which hold for values that begin with a dash, too.
class Words {
  public:
    /// Texts that are empty were not given.
    void add(const char* name, const std::string& value) {
        if (!value.empty()) words_.push_back(std::string(name) + "=" + value);
    }
    void add(const char* name, const std::vector<std::string>& values) {
        for (const std::string& value : values) add(name, value);
    }
    template <typename Number>
    void add_number(const char* name, Number value) {
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
        add(name, std::string(digits.begin(), end));
    }
    void add_flag(const char* name, bool value) {
        if (value) words_.emplace_back(name);
    }
    void add_word(const std::string& word) { words_.push_back(word); }
    std::vector<std::string> take() { return std::move(words_); }

  private:
    std::vector<std::string> words_;
};

}  // namespace

std::vector<std::string> askingWords(const EvalArguments& arguments) {
    Words words;
    words.add_word(arguments.task_name);
    words.add("--questions", arguments.questions);
    words.add("--media", arguments.media);
    words.add("--answers", arguments.answers);
    words.add("--name", arguments.name);
    words.add("--problems", arguments.problems);
    words.add("--splits", arguments.splits);
    words.add("--split", arguments.science.split);
    words.add("--verdicts", arguments.verdicts);
    const eval::AskSettings& settings = arguments.run.settings;
    words.add("--conv", settings.conv);
    words.add_number("--temperature", settings.sampling.temperature);
    words.add_number("--top-p", settings.sampling.top_p);
    words.add_number("--top-k", settings.sampling.top_k);
    words.add_number("--max-new-tokens", settings.sampling.max_new_tokens);
    words.add_number("--seed", settings.sampling.seed);
    words.add_number("--max-frames", settings.max_frames);
    words.add_flag("--answer-prompter", arguments.run.reasoning);
    words.add_number("--batch", arguments.run.batch);
    return words.take();
}

std::vector<std::string> modelWords(const SharedOptions& shared) {
    const session::EngineOptions& engine = shared.engine;
    Words words;
    words.add("--model", engine.model);
    words.add("--model-base", engine.model_base);
    words.add("--vision-tower", engine.vision_tower);
    words.add("--dtype", engine.dtype);
    words.add_number("--threads", engine.threads);
    words.add("--placement", engine.placement);
    return words.take();
}

}  // namespace univi::cli
