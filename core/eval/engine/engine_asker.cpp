#include "core/eval/engine/engine_asker.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/sha256.h"

namespace univi::eval {

namespace {

namespace fs = std::filesystem;

/// Returns true for the files of a model folder that decide its replies.
bool is_model_file(const fs::path& path) {
    static const std::set<std::string> kEndings{".safetensors", ".bin", ".json", ".model"};
    return kEndings.contains(path.extension().string());
}

std::string folder_listing(const fs::path& folder, const base::StopToken& stop) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (fs::is_regular_file(it->path(), error) && is_model_file(it->path()))
            files.push_back(it->path());
    std::ranges::sort(files);
    std::string listing;
    for (const fs::path& file : files) {
        base::throw_if_stopped(stop, "computing the model's checksum");
        listing += base::sha256_file_hex(file) + " " + file.filename().string() + "\n";
    }
    return listing;
}

}  // namespace

EngineAsker::EngineAsker(session::Engine& engine, const AskSettings& settings)
    : engine_(engine), settings_(settings), conversation_(engine.start_conversation()) {
    observer_.on_groups = [this](int, const protocol::TokenGroups& groups) {
        const bool is_news =
            groups.complete && groups.frames_lost > 0 && damaged_.insert(groups.source).second;
        if (is_news) base::log_warning(groups.damage() + ".");
    };
}

session::Question EngineAsker::question_of(const Ask& ask) const {
    session::Question question;
    if (!ask.medium.empty()) {
        question.media = {ask.medium};
        question.kinds = {ask.is_video ? session::MediumKind::Video : session::MediumKind::Picture};
    }
    question.text = ask.text;
    question.reply_start = ask.reply_start;
    auto& options = question.options;
    options.conv = settings_.conv;
    base::SamplingOptions sampling = settings_.sampling;
    sampling.seed = ask.seed;
    sampling.max_new_tokens = ask.max_new_tokens.value_or(sampling.max_new_tokens);
    protocol::set_sampling(options, sampling);
    options.repetition_penalty.reset();  // the model's own
    options.max_frames = settings_.max_frames;
    return question;
}

std::string EngineAsker::reply(const Ask& ask, const base::StopToken& stop) {
    conversation_->set_history({});
    const auto done = conversation_->ask(question_of(ask), observer_, stop);
    if (done.finish == protocol::Finish::Stopped)
        base::throw_if_stopped(stop, "answering questions");
    return done.reply;
}

std::vector<std::vector<float>> EngineAsker::candidate_logits(
    const std::vector<Ask>& asks, const std::vector<std::string>& candidates,
    const base::StopToken& stop) {
    conversation_->set_history({});
    std::vector<std::vector<float>> logits;
    if (asks.size() == 1) {
        logits = {conversation_->next_logits(question_of(asks.front()), observer_, stop)};
    } else {
        std::vector<session::Question> questions;
        for (const Ask& ask : asks) questions.push_back(question_of(ask));
        logits = conversation_->next_logits_together(questions, observer_, stop);
    }
    std::vector<std::vector<float>> out(logits.size());
    for (const std::string& candidate : candidates) {
        const auto ids = engine_.tokenize(candidate);
        for (std::size_t i = 0; i < logits.size(); ++i)
            out[i].push_back(logits[i].at(static_cast<std::size_t>(ids.back())));
    }
    return out;
}

std::string model_checksum(const session::ModelInfo& info, const std::string& model_base,
                           const base::StopToken& stop) {
    std::string listing = folder_listing(info.folder, stop);
    std::error_code error;
    for (const std::string& other : {model_base, info.vision_tower})
        if (!other.empty() && !fs::equivalent(other, info.folder, error))
            listing += folder_listing(other, stop);
    return base::text_sha256_hex(listing);
}

}  // namespace univi::eval
