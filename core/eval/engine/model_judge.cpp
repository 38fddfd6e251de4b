#include "core/eval/engine/model_judge.h"

#include <filesystem>

#include "core/base/error.h"

namespace univi::eval {

namespace {

constexpr int kLongestVerdict = 512;
constexpr double kSecondTemperature = 0.7;

}  // namespace

ModelJudge::ModelJudge(session::Engine& engine, std::string checksum)
    : engine_(engine), checksum_(std::move(checksum)), conversation_(engine.start_conversation()) {}

std::string ModelJudge::ask(const JudgeRequest& request, const base::StopToken& stop) {
    conversation_->set_history({});
    session::Question question;
    question.text = request.user;
    question.options.conv = engine_.info().default_template;
    question.options.system = request.system;
    question.options.max_new_tokens = kLongestVerdict;
    question.options.temperature = request.attempt == 0 ? 0 : kSecondTemperature;
    question.options.seed = static_cast<std::uint64_t>(request.attempt);
    try {
        const auto done = conversation_->ask(question, {}, stop);
        if (done.finish == protocol::Finish::Stopped)
            base::throw_if_stopped(stop, "judging answers");
        return done.reply;
    } catch (const base::Error& error) {
        // A question that does not fit into the judge's context is a verdict nobody can give.
        if (error.kind() == base::ErrorKind::Context) return error.what();
        throw;
    }
}

std::string ModelJudge::name() const {
    return "local model " + std::filesystem::path(engine_.info().folder).filename().string() +
           " (SHA-256 " + checksum_.substr(0, 12) + ", " + engine_.info().dtype + ", greedy)";
}

}  // namespace univi::eval
