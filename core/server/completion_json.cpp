#include "core/server/completion_json.h"

#include <ctime>
#include <nlohmann/json.hpp>
#include <random>

#include "core/base/json_text.h"

namespace univi::server {

using base::Json;

namespace {

std::string new_id() {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::random_device random;
    std::string id = "chatcmpl-";
    for (int i = 0; i < 24; ++i) id += kDigits[random() % 16];
    return id;
}

Json chance(const session::TokenChance& one) {
    Json bytes = Json::array();
    for (const unsigned char byte : one.text) bytes.push_back(byte);
    return {{"token", one.text}, {"logprob", one.log_probability}, {"bytes", std::move(bytes)}};
}

const char* finish_of(const CompletionEnd& end) {
    return end.was_cut ? "length" : "stop";
}

}  // namespace

CompletionJson::CompletionJson(const ChatRequest& request, std::string model)
    : id_(new_id()),
      model_(std::move(model)),
      created_(std::time(nullptr)),
      with_usage_(request.include_usage),
      with_scores_(request.log_probabilities) {}

Json CompletionJson::head(const char* object) const {
    return {{"id", id_},
            {"object", object},
            {"created", created_},
            {"model", model_},
            {"system_fingerprint", "univi-" UNIVI_VERSION}};
}

Json CompletionJson::usage() const {
    return {{"prompt_tokens", started_.prompt_tokens},
            {"completion_tokens", end_.completion_tokens},
            {"total_tokens", started_.prompt_tokens + end_.completion_tokens},
            {"prompt_tokens_details", {{"cached_tokens", started_.reused_tokens}}}};
}

Json CompletionJson::scores_of(const std::vector<session::TokenScores>& scores) const {
    if (!with_scores_) return nullptr;
    Json content = Json::array();
    for (const auto& token : scores) {
        Json one = chance(token.chosen);
        one["top_logprobs"] = Json::array();
        for (const auto& other : token.likeliest) one["top_logprobs"].push_back(chance(other));
        content.push_back(std::move(one));
    }
    return {{"content", std::move(content)}, {"refusal", nullptr}};
}

std::string CompletionJson::chunk(Json delta, Json scores, Json finish) const {
    Json out = head("chat.completion.chunk");
    out["choices"] = Json::array({{{"index", 0},
                                   {"delta", std::move(delta)},
                                   {"logprobs", std::move(scores)},
                                   {"finish_reason", std::move(finish)}}});
    if (with_usage_) out["usage"] = nullptr;
    return base::json_text(out);
}

void CompletionJson::take(const CompletionEvent& event) {
    if (const auto* started = std::get_if<CompletionStarted>(&event)) started_ = *started;
    if (const auto* end = std::get_if<CompletionEnd>(&event)) end_ = *end;
    if (const auto* piece = std::get_if<CompletionPiece>(&event)) {
        text_ += piece->text;
        scores_.insert(scores_.end(), piece->scores.begin(), piece->scores.end());
    }
}

std::vector<std::string> CompletionJson::chunks(const CompletionEvent& event) {
    if (const auto* piece = std::get_if<CompletionPiece>(&event))
        return {chunk({{"content", piece->text}}, scores_of(piece->scores), nullptr)};
    take(event);
    if (std::holds_alternative<CompletionStarted>(event))
        return {chunk({{"role", "assistant"}, {"content", ""}}, nullptr, nullptr)};
    if (const auto* end = std::get_if<CompletionEnd>(&event))
        return {chunk(Json::object(), nullptr, finish_of(*end))};
    return {};
}

std::vector<std::string> CompletionJson::usage_chunk() const {
    if (!with_usage_) return {};
    Json out = head("chat.completion.chunk");
    out["choices"] = Json::array();
    out["usage"] = usage();
    return {base::json_text(out)};
}

std::string CompletionJson::whole() const {
    Json out = head("chat.completion");
    Json message = {{"role", "assistant"}, {"content", text_}, {"refusal", nullptr}};
    out["choices"] = Json::array({{{"index", 0},
                                   {"message", std::move(message)},
                                   {"logprobs", scores_of(scores_)},
                                   {"finish_reason", finish_of(end_)}}});
    out["usage"] = usage();
    return base::json_text(out) + "\n";
}

}  // namespace univi::server
