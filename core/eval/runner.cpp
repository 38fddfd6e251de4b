#include "core/eval/runner.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/error.h"
#include "core/eval/science_qa.h"

namespace univi::eval {

namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;

const std::vector<std::string> kYesNo{"yes", "Yes", "no", "No"};
/// Words between a free reply and the answer, as published.
constexpr const char* kPopeBridge = " The answer is ";
constexpr const char* kScienceBridge = " ###\nANSWER:";
constexpr int kScienceAnswerTokens = 64;

/// Failures of one item, which the run outlives.
bool concerns_item_alone(const Error& error) {
    return error.kind() == ErrorKind::Media || error.kind() == ErrorKind::File ||
           error.kind() == ErrorKind::Context || error.kind() == ErrorKind::Format;
}

std::size_t best_of(const std::vector<float>& logits) {
    return static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
}

/// One question set on its way through the model.
class Run {
  public:
    Run(const QuestionSet& set, const MediaFolder& media, Asker& asker, AnswerLog& log,
        const RunOptions& options, const RunObserver& observer, const base::StopToken& stop)
        : set_(set),
          media_(media),
          asker_(asker),
          log_(log),
          options_(options),
          observer_(observer),
          stop_(stop) {}

    RunSummary run() {
        find_work();
        for (std::size_t next = 0; next < work_.size();) {
            base::throw_if_stopped(stop_, "answering questions");
            next += can_batch() ? batch(next) : one(next);
        }
        log_.put_in_order(set_);
        return summary_;
    }

  private:
    void find_work() {
        const std::vector<Answer> answers = log_.answers();
        AnswerMatch match(answers);
        const auto [begin, end] =
            shard_range(set_.items.size(), options_.shard, options_.num_shards);
        // Of equal questions the first ones count as answered, whichever shard they are in.
        for (std::size_t i = 0; i < end; ++i)
            if (!match.take(set_.items[i].key) && i >= begin) work_.push_back(i);
        summary_.total = end - begin;
        resumed_ = summary_.total - work_.size();
        summary_.answered = resumed_;
        start_ = Clock::now();
        report("");
    }

    bool can_batch() const {
        return set_.task == Task::Pope && !options_.reasoning && options_.batch > 1;
    }

    std::size_t one(std::size_t next) {
        const Item& item = set_.items[work_[next]];
        try {
            accept(item, answer(item, work_[next]));
        } catch (const Error& error) {
            if (!concerns_item_alone(error) || log_failed_) throw;
            give_up(item, error.what());
        }
        return 1;
    }

    /// Up to `batch` POPE questions together. What cannot be asked together is asked one by one, so
    /// that the failing one is named.
    std::size_t batch(std::size_t next) {
        const std::size_t end =
            std::min(work_.size(), next + static_cast<std::size_t>(options_.batch));
        std::vector<std::vector<float>> logits;
        try {
            std::vector<Ask> asks;
            for (std::size_t i = next; i < end; ++i)
                asks.push_back(ask_of(set_.items[work_[i]], work_[i], 0));
            logits = asker_.candidate_logits(asks, kYesNo, stop_);
        } catch (const Error& error) {
            if (!concerns_item_alone(error)) throw;
            for (std::size_t i = next; i < end; ++i) one(i);
            return end - next;
        }
        for (std::size_t i = next; i < end; ++i)
            accept(set_.items[work_[i]], pope_given("", logits[i - next]));
        return end - next;
    }

    Ask ask_of(const Item& item, std::size_t place, std::size_t prompt) const {
        Ask ask;
        if (!item.medium.empty()) {
            const auto file = media_.find(item);
            if (!file)
                throw Error(ErrorKind::File, "There is no " +
                                                 std::string(item.is_video ? "clip" : "picture") +
                                                 " of the name " + item.medium + " in " +
                                                 media_.path().string() + ".");
            ask.medium = file->string();
        }
        ask.is_video = item.is_video;
        ask.text = item.prompts[prompt];
        ask.seed = options_.settings.sampling.seed + place;
        return ask;
    }

    Given answer(const Item& item, std::size_t place) {
        switch (set_.task) {
            case Task::Pope:
                return pope_answer(item, place);
            case Task::ScienceQa:
                return science_answer(item, place);
            default:
                break;
        }
        Given given;
        for (std::size_t i = 0; i < item.prompts.size(); ++i)
            given.texts.push_back(asker_.reply(ask_of(item, place, i), stop_));
        return given;
    }

    Given pope_given(const std::string& reasoning, const std::vector<float>& logits) const {
        Given given;
        given.texts = {kYesNo[best_of(logits)]};
        given.reasoning = reasoning + kPopeBridge + given.texts.front();
        return given;
    }

    Given pope_answer(const Item& item, std::size_t place) {
        Ask ask = ask_of(item, place, 0);
        std::string reasoning;
        if (options_.reasoning) {
            reasoning = asker_.reply(ask, stop_);
            ask.reply_start = reasoning + kPopeBridge;
        }
        return pope_given(reasoning, asker_.candidate_logits({ask}, kYesNo, stop_).front());
    }

    /// First the reasons, then the letter: the best option's logit, and what the model writes.
    Given science_answer(const Item& item, std::size_t place) {
        Ask ask = ask_of(item, place, 0);
        const std::string reasons = asker_.reply(ask, stop_);
        ask.reply_start = reasons + kScienceBridge;
        ask.max_new_tokens = kScienceAnswerTokens;
        std::vector<std::string> letters = option_letters(item.prompts.front());
        if (letters.empty())
            for (std::size_t i = 0; i < item.choices.size(); ++i)
                letters.emplace_back(1, static_cast<char>('A' + i));
        const auto logits = asker_.candidate_logits({ask}, letters, stop_).front();
        Given given;
        given.pred = letters[best_of(logits)];
        given.texts = {reasons + "\n The answer is " + asker_.reply(ask, stop_)};
        return given;
    }

    void accept(const Item& item, const Given& given) {
        log_failed_ = true;  // until it is written: a full disk ends the run
        log_.append(answer_line(set_.task, item, given, options_.model_id));
        log_failed_ = false;
        ++summary_.answered;
        if (observer_.on_answer) observer_.on_answer(item, given);
        report(item.medium.empty() ? item.key : item.medium);
    }

    void give_up(const Item& item, const std::string& reason) {
        summary_.unanswered.push_back({item.id, item.key, item.medium, reason});
        if (observer_.on_unanswered) observer_.on_unanswered(summary_.unanswered.back());
        report(item.medium);
    }

    void report(const std::string& current) {
        if (!observer_.on_progress) return;
        RunProgress progress;
        progress.unanswered = summary_.unanswered.size();
        progress.done = summary_.answered + progress.unanswered;
        progress.resumed = resumed_;
        progress.total = summary_.total;
        progress.current = current;
        const std::size_t now = progress.done - resumed_;
        const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
        if (now > 0)
            progress.seconds_left =
                seconds / static_cast<double>(now) * static_cast<double>(work_.size() - now);
        observer_.on_progress(progress);
    }

    const QuestionSet& set_;
    const MediaFolder& media_;
    Asker& asker_;
    AnswerLog& log_;
    const RunOptions& options_;
    const RunObserver& observer_;
    base::StopToken stop_;
    RunSummary summary_;
    std::vector<std::size_t> work_;
    std::size_t resumed_ = 0;
    bool log_failed_ = false;
    Clock::time_point start_{};
};

}  // namespace

std::string default_template(Task task) {
    switch (task) {
        case Task::Image:
        case Task::ScienceQa:
            return "simple";
        case Task::Pope:
            return "simpleqa";
        case Task::Video:
        case Task::VideoQa:
            return "v1";
    }
    return "simple";
}

void RunOptions::check() const {
    const auto require = [](bool fine, const char* sentence) {
        if (!fine) throw Error(ErrorKind::Usage, sentence);
    };
    require(batch >= 1 && batch <= 1024, "The batch must be 1 to 1024 questions.");
    require(num_shards >= 1 && num_shards <= 4096, "There must be 1 to 4096 shards.");
    require(shard >= 0 && shard < num_shards,
            "The shard must be one of 1 … N (chunk index: 0 … N-1).");
}

std::pair<std::size_t, std::size_t> shard_range(std::size_t items, int shard, int num_shards) {
    const auto parts = static_cast<std::size_t>(num_shards);
    const std::size_t length = (items + parts - 1) / parts;
    const std::size_t begin = std::min(items, length * static_cast<std::size_t>(shard));
    return {begin, std::min(items, begin + length)};
}

RunSummary run_questions(const QuestionSet& set, const MediaFolder& media, Asker& asker,
                         AnswerLog& log, const RunOptions& options, const RunObserver& observer,
                         const base::StopToken& stop) {
    options.check();
    return Run(set, media, asker, log, options, observer, stop).run();
}

}  // namespace univi::eval
