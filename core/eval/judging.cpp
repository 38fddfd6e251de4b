#include "core/eval/judging.h"

#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

#include "core/base/error.h"
#include "core/base/printable.h"

namespace univi::eval {

namespace {

using base::Error;
using base::ErrorKind;
using Clock = std::chrono::steady_clock;

template <typename Map>
const auto& known(const Map& map, const std::string& name, const char* what) {
    const auto found = map.find(name);
    if (found == map.end())
        throw Error(ErrorKind::Format, "The file of " + std::string(what) + " has none for " +
                                           base::in_quotes(name) + ".");
    return found->second;
}

std::map<std::string, std::string> image_words(const Item& item, const Answer& answer,
                                               const ImageMaterial& image) {
    const ImageContext& context = known(image.contexts, item.medium, "captions and boxes");
    const ImageRule& rule = known(image.rules, item.category, "rules");
    return {{"captions", context.captions},
            {"boxes", context.boxes},
            {"question", item.prompts.front()},
            {"role", rule.role},
            {"reference", known(image.references, item.key, "reference answers").text},
            {"answer", answer.given.texts.front()},
            {"rule", rule.prompt}};
}

std::map<std::string, std::string> video_words(const Item& item, const Answer& answer) {
    if (item.prompts.size() == 2)
        return {{"question1", item.prompts[0]},
                {"question2", item.prompts[1]},
                {"answer", item.expected},
                {"prediction1", answer.given.texts.at(0)},
                {"prediction2", answer.given.texts.at(1)}};
    return {{"question", item.prompts.front()},
            {"answer", item.expected},
            {"prediction", answer.given.texts.front()}};
}

Verdict read_reply(const std::string& axis, std::string reply) {
    Verdict verdict;
    if (axis == "image")
        verdict.pair = parse_score_pair(reply);
    else
        verdict.match = parse_match_verdict(reply, axis == "match");
    verdict.reply = std::move(reply);
    return verdict;
}

/// One set's verdicts in the making, by as many threads as the judge takes requests.
class Judging {
  public:
    Judging(const QuestionSet& set, const std::vector<const Answer*>& answers, Judge& judge,
            JudgeCache& cache, const JudgeOptions& options, const base::StopToken& stop)
        : set_(set),
          answers_(answers),
          judge_(judge),
          cache_(cache),
          options_(options),
          stop_(stop),
          verdicts_(set.items.size()) {}

    Verdicts run() {
        list_work();
        start_ = Clock::now();
        progress_.total = work_.size();
        const int jobs = std::max(1, judge_.jobs());
        if (jobs == 1) {
            worker();
        } else {
            std::vector<std::jthread> threads;
            for (int i = 0; i < jobs; ++i) threads.emplace_back([this] { worker(); });
        }
        if (failure_) std::rethrow_exception(failure_);
        return std::move(verdicts_);
    }

  private:
    struct Work {
        std::size_t item = 0;
        std::string axis;
        JudgeRequest request;
    };

    void list_work() {
        for (const std::string& axis : axes_of(set_))
            for (std::size_t i = 0; i < set_.items.size(); ++i)
                if (const Answer* answer = answers_[i]) {
                    const Item& item = set_.items[i];
                    const auto words = axis == "image" ? image_words(item, *answer, *options_.image)
                                                       : video_words(item, *answer);
                    work_.push_back({i, axis, options_.templates->fill(axis, words)});
                }
    }

    /// The edge of its thread: the first failure ends all.
    void worker() {
        try {
            for (std::size_t next = next_++; next < work_.size() && !failed_; next = next_++) {
                base::throw_if_stopped(stop_, "judging answers");
                settle(work_[next]);
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!failure_) failure_ = std::current_exception();
            failed_ = true;
        }
    }

    void settle(const Work& work) {
        Verdict verdict;
        std::size_t asked = 0;
        JudgeRequest request = work.request;
        for (request.attempt = 0; request.attempt < std::max(1, options_.tries);
             ++request.attempt) {
            const std::string key = JudgeCache::key(judge_.name(), request);
            auto reply = cache_.find(key);
            if (!reply) {
                reply = judge_.ask(request, stop_);
                cache_.add(key, *reply);
                ++asked;
            }
            verdict = read_reply(work.axis, *reply);
            if (verdict.is_read()) break;
        }
        const std::lock_guard lock(mutex_);
        ++progress_.done;
        progress_.asked += asked;
        if (!verdict.is_read()) ++progress_.unread;
        verdicts_[work.item][work.axis] = std::move(verdict);
        report();
    }

    void report() {
        if (!options_.on_progress) return;
        const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
        progress_.seconds_left = seconds / static_cast<double>(progress_.done) *
                                 static_cast<double>(progress_.total - progress_.done);
        options_.on_progress(progress_);
    }

    const QuestionSet& set_;
    const std::vector<const Answer*>& answers_;
    Judge& judge_;
    JudgeCache& cache_;
    const JudgeOptions& options_;
    base::StopToken stop_;
    Verdicts verdicts_;
    std::vector<Work> work_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<bool> failed_ = false;
    std::mutex mutex_;
    std::exception_ptr failure_;
    JudgeProgress progress_;
    Clock::time_point start_{};
};

}  // namespace

std::vector<const Answer*> answers_in_order(const QuestionSet& set,
                                            const std::vector<Answer>& answers) {
    AnswerMatch match(answers);
    std::vector<const Answer*> ordered;
    for (const Item& item : set.items) ordered.push_back(match.take(item.key));
    return ordered;
}

Verdicts judge_answers(const QuestionSet& set, const std::vector<const Answer*>& answers,
                       Judge& judge, JudgeCache& cache, const JudgeOptions& options,
                       const base::StopToken& stop) {
    return Judging(set, answers, judge, cache, options, stop).run();
}

}  // namespace univi::eval
