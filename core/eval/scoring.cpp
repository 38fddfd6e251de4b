#include "core/eval/scoring.h"

#include <algorithm>
#include <cstdio>

#include "core/eval/pope.h"
#include "core/eval/science_qa.h"
#include "core/eval/videoqa.h"

namespace univi::eval {

namespace {

using base::Json;

/// A video answer counts as wrong for looking through when any of its scores is below this.
constexpr int kGoodScore = 3;

struct Mean {
    double sum = 0;
    std::int64_t count = 0;
    void add(double value) { sum += value, ++count; }
    double value() const { return count == 0 ? 0.0 : sum / static_cast<double>(count); }
};

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
}

ItemResult start_of(const Item& item, const Answer* answer) {
    ItemResult result;
    result.id = item.id;
    result.key = item.key;
    result.medium = item.medium;
    result.is_video = item.is_video;
    result.prompts = item.prompts;
    result.expected = item.expected;
    result.category = item.category;
    result.columns = item.columns;
    result.verdict = answer ? "not judged" : "not answered";
    if (answer) result.given = answer->given.texts;
    return result;
}

void set_right(ItemResult& result, bool right) {
    result.right = right;
    result.verdict = right ? "right" : "wrong";
}

const Verdict* verdict_on(const Verdicts& verdicts, std::size_t item, const std::string& axis) {
    if (item >= verdicts.size()) return nullptr;
    const auto found = verdicts[item].find(axis);
    return found == verdicts[item].end() ? nullptr : &found->second;
}

/// Scores one set; one function a task.
class Scorer {
  public:
    Scorer(const QuestionSet& set, const std::vector<const Answer*>& answers,
           const Verdicts& verdicts)
        : set_(set), answers_(answers), verdicts_(verdicts) {
        out_.task = set.task;
        out_.name = set.name;
        out_.total = set.items.size();
        out_.notes = set.notes;
        for (std::size_t i = 0; i < set.items.size(); ++i) {
            out_.items.push_back(start_of(set.items[i], answers[i]));
            out_.answered += answers[i] != nullptr;
        }
    }

    SetResult run() {
        switch (set_.task) {
            case Task::Pope:
                pope();
                break;
            case Task::ScienceQa:
                science_qa();
                break;
            case Task::VideoQa:
                verdicts_.empty() ? videoqa_by_words() : videoqa_judged();
                break;
            case Task::Video:
                video();
                break;
            case Task::Image:
                image();
                break;
        }
        const bool by_answers = set_.task == Task::Pope || set_.task == Task::ScienceQa;
        const std::size_t count = by_answers ? out_.answered : out_.judged;
        if (count == 0) out_.metrics = Json::object();  // no figure out of nothing
        out_.metrics["count"] = count;
        out_.metrics["answered"] = out_.answered;
        out_.metrics["total"] = out_.total;
        if (out_.unread > 0) out_.metrics["unreadable"] = out_.unread;
        if (out_.answered < out_.total)
            out_.notes.push_back(std::to_string(out_.answered) + " of " +
                                 std::to_string(out_.total) + " questions have an answer.");
        if (out_.unread > 0)
            out_.notes.push_back(std::to_string(out_.unread) +
                                 " verdicts could not be read and count in no mean.");
        return std::move(out_);
    }

  private:
    void pope() {
        out_.rule =
            "\"no\" or \"not\" as a word of the first sentence is a no, anything else a yes";
        std::vector<PopeAnswer> all;
        for (std::size_t i = 0; i < out_.items.size(); ++i) {
            if (!answers_[i]) continue;
            const std::string& text = answers_[i]->given.texts.front();
            const bool label = set_.items[i].expected == "yes";
            all.push_back({text, label});
            set_right(out_.items[i], pope_reply_is_yes(text) == label);
        }
        out_.metrics = to_json(score_pope(all));
    }

    void science_qa() {
        out_.rule =
            "the letter of a single \"The answer is X.\", else the best option's; a letter "
            "outside the choices is wrong";
        std::map<std::string, Mean> columns;
        Mean average;
        for (std::size_t i = 0; i < out_.items.size(); ++i) {
            if (!answers_[i]) continue;
            const Item& item = set_.items[i];
            const Given& given = answers_[i]->given;
            const std::string letter = science_qa_letter(given.texts.front(), given.pred);
            const bool exists = letter.size() == 1 && letter[0] >= 'A' &&
                                letter[0] < static_cast<char>('A' + item.choices.size());
            const bool right = exists && letter == item.expected;
            set_right(out_.items[i], right);
            out_.items[i].note = "letter " + (letter.empty() ? "none" : letter) +
                                 (exists ? "" : ", not among the choices");
            average.add(right);
            for (const std::string& column : item.columns) columns[column].add(right);
        }
        out_.metrics = {{"average", average.value()}};
        for (const auto& [name, mean] : columns) out_.metrics[name] = mean.value();
        for (const auto& [name, mean] : columns) out_.metrics["counts"][name] = mean.count;
    }

    void videoqa_by_words() {
        out_.rule =
            "no judge: right when every word of the expected answer stands in the reply; "
            "not the published metric";
        Mean accuracy;
        for (std::size_t i = 0; i < out_.items.size(); ++i) {
            if (!answers_[i]) continue;
            const bool right =
                reply_contains_answer(answers_[i]->given.texts.front(), set_.items[i].expected);
            set_right(out_.items[i], right);
            accuracy.add(right);
        }
        out_.judged = out_.answered;
        out_.metrics = {{"accuracy", accuracy.value()}, {"rule", "words"}};
    }

    void videoqa_judged() {
        out_.rule = "judge: yes or no, and a score from 0 to 5";
        Mean accuracy, score;
        for (std::size_t i = 0; i < out_.items.size(); ++i) {
            const Verdict* verdict = verdict_on(verdicts_, i, "match");
            if (!verdict || !note_verdict(out_.items[i], *verdict)) continue;
            score.add(verdict->match->score);
            out_.items[i].scores["match"] = verdict->match->score;
            if (!verdict->match->match) continue;
            accuracy.add(*verdict->match->match);
            set_right(out_.items[i], *verdict->match->match);
            out_.items[i].verdict += ", " + std::to_string(verdict->match->score) + " of 5";
        }
        out_.metrics = {
            {"accuracy", accuracy.value()}, {"score", score.value()}, {"rule", "judge"}};
    }

    void video() {
        out_.rule = "judge: a score from 0 to 5, given as 20 times the mean";
        out_.metrics = Json::object();
        for (const std::string& axis : judged_axes()) {
            Mean mean;
            for (std::size_t i = 0; i < out_.items.size(); ++i) {
                const Verdict* verdict = verdict_on(verdicts_, i, axis);
                if (!verdict || !note_verdict(out_.items[i], *verdict)) continue;
                mean.add(verdict->match->score);
                out_.items[i].scores[axis] = verdict->match->score;
            }
            if (mean.count > 0) out_.metrics[axis] = 20 * mean.value();
        }
        for (ItemResult& item : out_.items) describe_scores(item);
    }

    std::vector<std::string> judged_axes() const {
        std::vector<std::string> axes;
        for (const auto& item : verdicts_)
            for (const auto& [axis, verdict] : item)
                if (std::ranges::find(axes, axis) == axes.end()) axes.push_back(axis);
        return axes;
    }

    void describe_scores(ItemResult& item) {
        if (item.scores.empty()) return;
        item.verdict.clear();
        double least = 5;
        for (const auto& [axis, score] : item.scores) {
            item.verdict += (item.verdict.empty() ? "" : ", ") +
                            (item.scores.size() > 1 ? axis + " " : "") + number(score) + " of 5";
            least = std::min(least, score);
        }
        item.right = least >= kGoodScore;
    }

    void image() {
        out_.rule =
            "judge: two scores from 1 to 10; 100 times the mean of ours over the mean of "
            "the reference's";
        std::map<std::string, std::pair<Mean, Mean>> columns;
        for (std::size_t i = 0; i < out_.items.size(); ++i) {
            const Verdict* verdict = verdict_on(verdicts_, i, "image");
            if (!verdict || !note_verdict(out_.items[i], *verdict)) continue;
            const ScorePair& pair = *verdict->pair;
            for (const std::string& column : {set_.items[i].category, std::string("all")}) {
                columns[column].first.add(pair.reference);
                columns[column].second.add(pair.ours);
            }
            ItemResult& item = out_.items[i];
            item.scores = {{"reference", pair.reference}, {"ours", pair.ours}};
            item.verdict = number(pair.ours) + " to " + number(pair.reference);
            item.right = pair.ours >= pair.reference;
        }
        out_.metrics = Json::object();
        for (const auto& [name, means] : columns)
            if (means.first.sum > 0)
                out_.metrics[name] = 100 * means.second.value() / means.first.value();
    }

    /// Keeps the judge's words; false when they could not be read.
    bool note_verdict(ItemResult& item, const Verdict& verdict) {
        item.note = verdict.reply;
        ++(verdict.is_read() ? out_.judged : out_.unread);
        if (!verdict.is_read()) item.verdict = "unreadable";
        return verdict.is_read();
    }

    const QuestionSet& set_;
    const std::vector<const Answer*>& answers_;
    const Verdicts& verdicts_;
    SetResult out_;
};

}  // namespace

SetResult score_set(const QuestionSet& set, const std::vector<const Answer*>& answers,
                    const Verdicts& verdicts) {
    return Scorer(set, answers, verdicts).run();
}

}  // namespace univi::eval
