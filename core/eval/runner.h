#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/eval/answer_log.h"
#include "core/eval/asker.h"
#include "core/eval/media_folder.h"

namespace univi::eval {

/// Returns the published template of a task: simple, simpleqa (POPE), v1 (video).
std::string default_template(Task task);

struct RunOptions {
    AskSettings settings;
    bool reasoning = false;  ///< POPE: a free reply first, then " The answer is "
    int batch = 1;           ///< POPE without reasoning: questions run through the model together
    /// This process answers part `shard` (from 0) of `num_shards` runs of questions one after the
    /// other, each ceil(n / num_shards) long, as the published scripts cut them.
    int shard = 0, num_shards = 1;
    std::string model_id;

    /// Throws Error{Usage} naming the first value outside its range.
    void check() const;
};

/// An item without an answer.
struct Unanswered {
    base::Json id;
    std::string key, medium, reason;
};

struct RunProgress {
    std::size_t done = 0;     ///< of this process's part, those answered before included
    std::size_t resumed = 0;  ///< answered by an earlier run
    std::size_t total = 0;
    std::size_t unanswered = 0;
    double seconds_left = 0;  ///< by the pace of this run; 0 before the first answer
    std::string current;      ///< what was just asked about
};

struct RunObserver {
    std::function<void(const RunProgress&)> on_progress;
    std::function<void(const Item&, const Given&)> on_answer;
    std::function<void(const Unanswered&)> on_unanswered;
};

/// What a run leaves: answers in the log, and these.
struct RunSummary {
    std::vector<Unanswered> unanswered;
    std::size_t answered = 0, total = 0;  ///< of this process's part
};

/// Returns the half-open range of items that are this shard's.
std::pair<std::size_t, std::size_t> shard_range(std::size_t items, int shard, int num_shards);

/// Answers the items that have none in the log, in order, each appended as soon as it is known. A
/// medium that is missing or cannot be decoded, and a question that is too long for the model, are
/// counted and listed, and the run goes on. Throws Error{Stopped} after a stop (what was answered
/// stays) and what the model or the disk throws.
RunSummary run_questions(const QuestionSet& set, const MediaFolder& media, Asker& asker,
                         AnswerLog& log, const RunOptions& options, const RunObserver& observer,
                         const base::StopToken& stop);

}  // namespace univi::eval
