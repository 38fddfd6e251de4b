#include "core/server/completion_runner.h"

#include "core/server/stop_texts.h"

namespace univi::server {

namespace {

session::MediumKind kind_of(const MediaPart& part) {
    return part.kind == MediaPart::Kind::Video ? session::MediumKind::Video
                                               : session::MediumKind::Picture;
}

session::Question question_of(const CompletionJob& job) {
    const ChatTurn& turn = job.request().turns.back();
    session::Question question;
    question.text = turn.question;
    question.options = job.request().options;
    question.alternatives = job.request().alternatives;
    question.media = job.files().back();
    for (const MediaPart& part : turn.media) question.kinds.push_back(kind_of(part));
    return question;
}

/// Turns the engine's tokens into the events of a job: text up to the first stop text, and with it
/// the tokens that it is made of.
class ReplyEvents {
  public:
    explicit ReplyEvents(CompletionJob& job) : job_(job), stops_(job.request().stop) {}

    session::Observer observer() {
        session::Observer out;
        out.on_prompt = [this](const protocol::PromptEvent& prompt) {
            prompt_ = prompt;
            job_.push(CompletionStarted{prompt.prompt_tokens, prompt.reused_tokens});
        };
        if (job_.request().log_probabilities)
            out.on_scores = [this](const session::TokenScores& scores) {
                held_.push_back({scores, stops_.length()});
            };
        out.on_token = [this](const protocol::TokenEvent& token) {
            show(stops_.push(token.text));
            if (stops_.stopped()) job_.stop_here();
        };
        return out;
    }

    /// Shows what was held back.
    void finish() {
        show(stops_.finish());
        // What begins behind the end of the text spells a stop text.
        std::erase_if(held_, [&](const Held& held) { return held.begin >= stops_.length(); });
        if (!held_.empty()) job_.push(CompletionPiece{{}, take_scores()});
    }

    bool stopped() const { return stops_.stopped(); }
    const protocol::PromptEvent& prompt() const { return prompt_; }

  private:
    struct Held {
        session::TokenScores scores;
        std::size_t begin = 0;  ///< in the reply's text
    };

    std::vector<session::TokenScores> take_scores() {
        std::vector<session::TokenScores> out;
        for (Held& held : held_) out.push_back(std::move(held.scores));
        held_.clear();
        return out;
    }

    void show(std::string text) {
        if (text.empty()) return;
        job_.push(CompletionPiece{std::move(text), take_scores()});
    }

    CompletionJob& job_;
    StopTexts stops_;
    std::vector<Held> held_;
    protocol::PromptEvent prompt_;
};

}  // namespace

CompletionRunner::CompletionRunner(session::Engine& engine, Metrics& metrics)
    : metrics_(metrics), conversation_(engine.start_conversation()) {}

void CompletionRunner::answer(CompletionJob& job) {
    const ChatRequest& request = job.request();
    std::vector<protocol::PastTurn> past;
    for (std::size_t i = 0; i + 1 < request.turns.size(); ++i) {
        const ChatTurn& turn = request.turns[i];
        past.push_back({job.files()[i], turn.question, turn.reply.value_or("")});
        for (std::size_t m = 0; m < turn.media.size(); ++m)
            conversation_->name_kind(job.files()[i][m], kind_of(turn.media[m]));
    }
    conversation_->set_history(past);
    ReplyEvents events(job);
    const protocol::DoneEvent done =
        conversation_->ask(question_of(job), events.observer(), job.stop());
    const bool was_stopped = done.finish == protocol::Finish::Stopped && !events.stopped();
    const auto tokens = static_cast<int>(done.ids.size());
    metrics_.count_reply({events.prompt().prompt_tokens, events.prompt().reused_tokens, tokens,
                          done.first_token_s, done.decode_tokens_per_s});
    if (was_stopped && (job.cancelled() != CompletionJob::Cancelled::OutOfTime || tokens == 0)) {
        metrics_.count_cancelled();
        throw cancelled_error(job.cancelled());
    }
    events.finish();
    job.push(CompletionEnd{was_stopped || done.finish == protocol::Finish::Length, tokens});
}

void CompletionRunner::run(CompletionJob& job) {
    try {
        answer(job);
    } catch (...) {
        job.push(api_error_of(std::current_exception()));
    }
}

}  // namespace univi::server
