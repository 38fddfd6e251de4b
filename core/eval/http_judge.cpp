#include "core/eval/http_judge.h"

#include <httplib.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/printable.h"

namespace univi::eval {

namespace {

using base::Error;
using base::ErrorKind;
using base::Json;

constexpr std::size_t kLargestReply = std::size_t{4} << 20;
constexpr double kLongestWait = 60;

/// What a request came to: a reply, or why it may be tried again.
struct Outcome {
    std::string reply, reason;
    double wait_s = 0;  ///< Retry-After
    bool answered = false;
};

void wait(double seconds, const base::StopToken& stop) {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any waiting;
    waiting.wait_for(lock, stop, std::chrono::duration<double>(seconds), [] { return false; });
    base::throw_if_stopped(stop, "waiting for the judge");
}

std::string request_body(const HttpJudgeOptions& options, const JudgeRequest& request) {
    const Json messages{{{"role", "system"}, {"content", request.system}},
                        {{"role", "user"}, {"content", request.user}}};
    return Json{{"model", options.model},
                {"messages", messages},
                {"temperature", options.temperature},
                {"max_tokens", options.max_tokens}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// choices[0].message.content; nullopt when the body is no such thing.
std::optional<std::string> content_of(const std::string& body) {
    try {
        return base::parse_json(body, "the judge's reply")
            .at("choices")
            .at(0)
            .at("message")
            .at("content")
            .get<std::string>();
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

/// error.message or error.code of a refusal, short and in quotes; empty when there is none.
std::string words_of_refusal(const std::string& body, const char* field) {
    try {
        const Json json = base::parse_json(body, "the judge's reply");
        const Json& error = json.at("error");
        return error.is_string() ? error.get<std::string>() : error.at(field).get<std::string>();
    } catch (const std::exception&) {
        return "";
    }
}

std::string with_words(const std::string& sentence, const std::string& body) {
    const std::string words = words_of_refusal(body, "message");
    return words.empty() ? sentence + "."
                         : sentence + ": it says " + base::in_quotes(words, 300) + ".";
}

bool is_out_of_credit(int status, const std::string& body) {
    return status == 402 ||
           (status == 429 && words_of_refusal(body, "code") == "insufficient_quota");
}

/// Throws for what no second try can mend.
void check_final(const HttpJudgeOptions& options, int status, const std::string& body) {
    const std::string who = "The judge at " + options.address.host;
    if (is_out_of_credit(status, body))
        throw Error(
            ErrorKind::Device,
            with_words(who + " has no credit left (" + std::to_string(status) +
                           "); add credit and run the same command again, nothing judged so "
                           "far is asked twice",
                       body));
    if (status == 401 || status == 403)
        throw Error(ErrorKind::Device,
                    with_words(who + (options.key.empty()
                                          ? " wants a key (" + std::to_string(status) +
                                                "); put one into UNIVI_JUDGE_KEY or the keyring"
                                          : " refuses the key (" + std::to_string(status) + ")"),
                               body));
    if (status >= 300 && status < 400)
        throw Error(ErrorKind::Device, who + " sends the request elsewhere (" +
                                           std::to_string(status) +
                                           "), which is not followed: give the final address.");
    if (status >= 400 && status < 500 && status != 408 && status != 409 && status != 425 &&
        status != 429)
        throw Error(ErrorKind::Device,
                    with_words(who + " refuses the request (" + std::to_string(status) +
                                   "), check its address and --judge-name",
                               body));
}

double retry_after(const httplib::Headers& headers) {
    const auto found = headers.find("Retry-After");
    return found == headers.end() ? 0
                                  : std::clamp(std::atof(found->second.c_str()), 0.0, kLongestWait);
}

class Call {
  public:
    Call(const HttpJudgeOptions& options, const base::StopToken& stop)
        : options_(options), stop_(stop), client_(options.address.origin) {
        const auto seconds = static_cast<std::time_t>(options.timeout_s);
        const auto rest = static_cast<std::time_t>((options.timeout_s - double(seconds)) * 1e6);
        client_.set_connection_timeout(seconds, rest);
        client_.set_read_timeout(seconds, rest);
        client_.set_write_timeout(seconds, rest);
        client_.set_follow_location(false);
    }

    Outcome run(const JudgeRequest& request) {
        const base::StopToken& stop = stop_;
        const std::stop_callback hang_up(stop, [this] { client_.stop(); });
        httplib::Request http;
        http.method = "POST";
        http.path = options_.address.path;
        http.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
        if (!options_.key.empty()) http.headers.emplace("Authorization", "Bearer " + options_.key);
        http.body = request_body(options_, request);
        std::string body;
        http.content_receiver = [&](const char* data, std::size_t length, std::uint64_t,
                                    std::uint64_t) {
            if (body.size() + length > kLargestReply || stop.stop_requested()) return false;
            body.append(data, length);
            return true;
        };
        const httplib::Result result = client_.send(http);
        base::throw_if_stopped(stop, "asking the judge");
        if (!result)
            return {"", "gives no answer (" + httplib::to_string(result.error()) + ")", 0, false};
        return outcome(result->status, body, retry_after(result->headers));
    }

  private:
    Outcome outcome(int status, const std::string& body, double wait_s) const {
        check_final(options_, status, body);
        if (status != 200) return {"", "answers " + std::to_string(status), wait_s, false};
        if (auto content = content_of(body)) return {std::move(*content), "", 0, true};
        return {"", "sends something that is no chat completion", wait_s, false};
    }

    const HttpJudgeOptions& options_;
    base::StopToken stop_;
    httplib::Client client_;
};

}  // namespace

HttpJudge::HttpJudge(HttpJudgeOptions options) : options_(std::move(options)) {
    const bool fine = options_.tries >= 1 && options_.timeout_s > 0 && options_.jobs >= 1 &&
                      options_.jobs <= 64 && !options_.model.empty();
    if (!fine)
        throw Error(ErrorKind::Usage,
                    "A judge needs a name (--judge-name), at least one try, a timeout above 0 and "
                    "1 to 64 requests at a time.");
}

std::string HttpJudge::ask(const JudgeRequest& request, const base::StopToken& stop) {
    std::string reason;
    for (int attempt = 0; attempt < options_.tries; ++attempt) {
        base::throw_if_stopped(stop, "asking the judge");
        Outcome outcome = Call(options_, stop).run(request);
        if (outcome.answered) return std::move(outcome.reply);
        reason = outcome.reason;
        if (attempt + 1 == options_.tries) break;
        const double backoff =
            std::min(kLongestWait, options_.first_wait_s * double(1 << std::min(attempt, 10)));
        wait(outcome.wait_s > 0 ? outcome.wait_s : backoff, stop);
    }
    throw Error(
        ErrorKind::Device,
        "The judge at " + options_.address.host + " " + reason + ", " +
            std::to_string(options_.tries) +
            " times: run the same command again later, nothing judged so far is asked twice.");
}

std::string HttpJudge::name() const {
    return options_.model + " at " + options_.address.host + " (temperature " +
           Json(options_.temperature).dump() + ")";
}

}  // namespace univi::eval
