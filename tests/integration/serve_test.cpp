#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/base/file.h"
#include "tests/integration/programs.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

using base::Json;
using testing::HasSubstr;

constexpr const char* kChat = "/v1/chat/completions";

/// univi-cli serve on the golden model and a free port.
class Server {
  public:
    explicit Server(std::vector<std::string> arguments = {})
        : process_({command(std::move(arguments)), {}, {}}),
          address_(process_.read_line().value_or("")) {
        EXPECT_THAT(address_, HasSubstr("http://")) << process_.stderr_text();
    }
    const std::string& address() const { return address_; }
    httplib::Client client() const {
        httplib::Client client(address_);
        client.set_read_timeout(120);
        return client;
    }
    Json ask(const Json& body, int status = 200) const {
        const auto result = client().Post(kChat, body.dump(), "application/json");
        if (!result) return ADD_FAILURE() << to_string(result.error()), Json();
        EXPECT_EQ(result->status, status) << result->body;
        return Json::parse(result->body);
    }
    std::string metrics() const { return client().Get("/metrics")->body; }
    Process& process() { return process_; }

  private:
    static std::vector<std::string> command(std::vector<std::string> more) {
        std::vector<std::string> out{program("univi-cli"), "serve",  "--port", "0", "--model",
                                     golden_model(),       "--conv", "v1"};
        out.insert(out.end(), more.begin(), more.end());
        return out;
    }
    Process process_;
    std::string address_;
};

std::string to_base64(const std::string& bytes) {
    static constexpr char kDigits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        unsigned block = 0;
        for (std::size_t j = i; j < i + 3; ++j)
            block = block << 8 | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
        for (std::size_t j = 0; j < 4; ++j)
            out += i + j > bytes.size() ? '=' : kDigits[block >> (18 - 6 * j) & 63];
    }
    return out;
}

std::string data_address(const std::string& file) {
    return "data:image/jpeg;base64," + to_base64(base::read_file(file));
}

Json picture(const std::string& address) {
    return {{"type", "image_url"}, {"image_url", {{"url", address}}}};
}

Json text(const std::string& words) {
    return {{"type", "text"}, {"text", words}};
}

Json user(const Json& content) {
    return {{"role", "user"}, {"content", content}};
}

Json asking(const Json& messages, int tokens = 64) {
    return {{"messages", messages}, {"temperature", 0}, {"max_tokens", tokens}};
}

Json golden_question() {
    return Json::array({user(Json::array(
        {picture(data_address(golden_input("HappyFish.jpg"))), text("What is in the image?")}))});
}

std::string content_of(const Json& reply) {
    return reply.at("choices").at(0).at("message").at("content");
}

/// The events of a stream, without "data: ".
std::vector<std::string> events_of(const std::string& body) {
    std::vector<std::string> out;
    std::istringstream lines(body);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("data: ")) out.push_back(line.substr(6));
    return out;
}

TEST(Serve, SaysWhatTheReferenceSays) {
    const auto golden = golden_record("image_v1");
    const Server server;
    const Json reply = server.ask(asking(golden_question()));
    EXPECT_EQ(content_of(reply), trimmed(golden.at("text")));
    EXPECT_EQ(reply.at("object"), "chat.completion");
    EXPECT_EQ(reply.at("model"), "tinyA");
    EXPECT_EQ(reply.at("choices").at(0).at("finish_reason"), "length");
    EXPECT_EQ(reply.at("usage").at("prompt_tokens"), golden.at("spliced_length"));
    EXPECT_EQ(reply.at("usage").at("completion_tokens"), golden.at("generated_ids").size());
}

TEST(Serve, StreamsTheSameReply) {
    const Server server;
    Json body = asking(golden_question(), 16);
    const std::string whole = content_of(server.ask(body));
    body.update({{"stream", true}, {"stream_options", {{"include_usage", true}}}});
    const auto result = server.client().Post(kChat, body.dump(), "application/json");
    ASSERT_TRUE(result);
    EXPECT_EQ(result->get_header_value("Content-Type"), "text/event-stream");
    const auto events = events_of(result->body);
    ASSERT_GT(events.size(), 4U) << result->body;
    EXPECT_EQ(events.back(), "[DONE]");
    std::string streamed;
    for (std::size_t i = 0; i + 2 < events.size(); ++i)
        streamed += Json::parse(events[i]).at("choices").at(0).at("delta").value("content", "");
    EXPECT_EQ(streamed, whole);
    const Json last = Json::parse(events[events.size() - 3]);
    EXPECT_EQ(last.at("choices").at(0).at("finish_reason"), "length");
    const Json usage = Json::parse(events[events.size() - 2]);
    EXPECT_EQ(usage.at("choices"), Json::array());
    EXPECT_EQ(usage.at("usage").at("completion_tokens"), 16);
}

/// The next question of a conversation pays for its own tokens, though its picture is sent again.
TEST(Serve, ALaterTurnReusesTheEarlierOnes) {
    const Server server;
    Json messages = golden_question();
    const Json first = server.ask(asking(messages, 8));
    EXPECT_EQ(first.at("usage").at("prompt_tokens_details").at("cached_tokens"), 0);
    messages.push_back({{"role", "assistant"}, {"content", content_of(first)}});
    messages.push_back(user("And where?"));
    const Json second = server.ask(asking(messages, 8));
    EXPECT_GE(second.at("usage").at("prompt_tokens_details").at("cached_tokens"),
              first.at("usage").at("prompt_tokens").get<int>() - 1);
    EXPECT_THAT(server.metrics(), HasSubstr("univi_replies_total 2\n"));
}

TEST(Serve, StopsAtAText) {
    const Server server;
    const std::string whole = content_of(server.ask(asking(golden_question(), 24)));
    const std::string stop = whole.substr(whole.size() / 2, 3);
    Json body = asking(golden_question(), 24);
    body.update(
        {{"stop", Json::array({"never said", stop})}, {"logprobs", true}, {"top_logprobs", 3}});
    const Json cut = server.ask(body);
    EXPECT_EQ(content_of(cut), whole.substr(0, whole.find(stop)));
    EXPECT_EQ(cut.at("choices").at(0).at("finish_reason"), "stop");
    EXPECT_LT(cut.at("usage").at("completion_tokens"), 24);
    const Json& scores = cut.at("choices").at(0).at("logprobs").at("content");
    ASSERT_FALSE(scores.empty());
    for (const Json& token : scores) {
        ASSERT_EQ(token.at("top_logprobs").size(), 3U);
        EXPECT_EQ(token.at("top_logprobs").at(0).at("token"), token.at("token")) << "greedy";
        EXPECT_GE(token.at("top_logprobs").at(0).at("logprob"),
                  token.at("top_logprobs").at(1).at("logprob"));
        EXPECT_LE(token.at("logprob"), 0);
    }
}

TEST(Serve, TheSameSeedGivesTheSameReply) {
    const Server server;
    Json body = asking(Json::array({user("Hello?")}), 12);
    body.update({{"temperature", 1.5}, {"seed", 7}});
    const std::string first = content_of(server.ask(body));
    EXPECT_EQ(content_of(server.ask(body)), first);
    body["seed"] = 8;
    EXPECT_NE(content_of(server.ask(body)), first);
}

TEST(Serve, TakesFilesOfAllowedFoldersOnly) {
    const ScratchFolder folder;
    std::filesystem::copy_file(golden_input("HappyFish.jpg"), folder / "a fish.jpg");
    std::filesystem::create_symlink(golden_input("notes.png"), folder / "link.png");
    const Server server({"--allow-dir", folder.path().string()});
    const auto ask = [&](const std::string& address, int status) {
        return server.ask(
            asking(Json::array({user(Json::array({picture(address), text("What?")}))}), 4), status);
    };
    ask("file://" + (folder / "a%20fish.jpg").string(), 200);
    ask((folder / "a fish.jpg").string(), 200);
    const Json error = ask((folder / "link.png").string(), 400);
    EXPECT_THAT(error.at("error").at("message").get<std::string>(), HasSubstr("--allow-dir"));
    ask("file://" + golden_input("HappyFish.jpg"), 400);
    ask("http://127.0.0.1:1/a.png", 400);
    EXPECT_THAT(
        ask("data:image/png;base64,aGVsbG8=", 400).at("error").at("message").get<std::string>(),
        HasSubstr("picture"));
}

TEST(Serve, AnswersAboutAClip) {
    const Server server(
        {"--allow-dir", std::string(UNIVI_GOLDEN) + "/inputs", "--max-frames", "8"});
    const Json clip = {{"type", "video_url"},
                       {"video_url", {{"url", "file://" + golden_input("cup_9s.mp4")}}}};
    const Json reply =
        server.ask(asking(Json::array({user(Json::array({clip, text("What happens?")}))}), 4));
    EXPECT_EQ(reply.at("usage").at("completion_tokens"), 4);
    EXPECT_GT(reply.at("usage").at("prompt_tokens"), 112);
}

TEST(Serve, RefusesInOpenAisForm) {
    const Server server({"--max-body", "1"});
    const auto check = [](const httplib::Result& result, int status) {
        ASSERT_TRUE(result) << to_string(result.error());
        EXPECT_EQ(result->status, status) << result->body;
        const Json error = Json::parse(result->body).at("error");
        EXPECT_FALSE(error.at("message").get<std::string>().empty());
        EXPECT_TRUE(error.contains("type") && error.contains("param") && error.contains("code"));
    };
    auto client = server.client();
    check(client.Post(kChat, "{", "application/json"), 400);
    check(client.Post(kChat, std::string(2 << 20, ' '), "application/json"), 413);
    check(client.Get(kChat), 405);
    check(client.Post("/v1/models", "{}", "application/json"), 405);
    check(client.Get("/v1/models/other"), 404);
    check(client.Get("/nothing"), 404);
    Json body = asking(Json::array({user("Hello?")}));
    body["n"] = 2;
    EXPECT_EQ(server.ask(body, 400).at("error").at("param"), "n");
    body["n"] = 1;
    body["model"] = "gpt-4o";
    EXPECT_EQ(server.ask(body, 404).at("error").at("code"), "model_not_found");
    std::string words;
    for (int i = 0; i < 20000; ++i) words += "word ";
    EXPECT_EQ(server.ask(asking(Json::array({user(words)})), 400).at("error").at("code"),
              "context_length_exceeded");
    // curl's -d says form data: JSON is taken all the same.
    const auto form = client.Post(kChat, asking(Json::array({user("Hello?")}), 2).dump(),
                                  "application/x-www-form-urlencoded");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->status, 200) << form->body;
}

TEST(Serve, AsksForTheKey) {
    const Server server({"--api-key", "secret"});
    auto client = server.client();
    EXPECT_EQ(client.Get("/health")->status, 200);
    EXPECT_EQ(client.Get("/v1/models")->status, 401);
    EXPECT_EQ(client.Get("/metrics")->status, 401);
    EXPECT_EQ(client.Post(kChat, "{}", "application/json")->status, 401);
    client.set_bearer_token_auth("secret");
    const Json models = Json::parse(client.Get("/v1/models")->body);
    EXPECT_EQ(models.at("data").at(0).at("id"), "tinyA");
    EXPECT_EQ(Json::parse(client.Get("/v1/models/tinyA")->body).at("object"), "model");
}

TEST(Serve, LetsPagesOfThisMachineAskAndNoOthers) {
    const Server server({"--allow-origin", "https://chat.example.org"});
    auto client = server.client();
    for (const char* origin : {"http://localhost:3000", "https://chat.example.org"}) {
        const httplib::Headers headers{
            {"Origin", origin},
            {"Access-Control-Request-Method", "POST"},
            {"Access-Control-Request-Headers", "authorization,x-stainless-os"}};
        const auto before = client.Options(kChat, headers);
        ASSERT_TRUE(before);
        EXPECT_EQ(before->status, 204);
        EXPECT_EQ(before->get_header_value("Access-Control-Allow-Origin"), origin);
        EXPECT_EQ(before->get_header_value("Access-Control-Allow-Headers"),
                  "authorization,x-stainless-os");
        EXPECT_EQ(client.Get("/v1/models", {{"Origin", origin}})
                      ->get_header_value("Access-Control-Allow-Origin"),
                  origin);
    }
    const auto foreign = client.Post(kChat, {{"Origin", "https://evil.org"}}, "{}", "text/plain");
    ASSERT_TRUE(foreign);
    EXPECT_EQ(foreign->status, 403);
    EXPECT_FALSE(foreign->has_header("Access-Control-Allow-Origin"));
    EXPECT_EQ(client.Get("/v1/models", {{"Host", "evil.org"}})->status, 403);
}

/// A reply that takes long, read only until its first event.
void start_and_hang_up(const Server& server, const std::function<void()>& meanwhile) {
    Json body = asking(Json::array({user("Hello?")}), 100000);
    body["stream"] = true;
    body["temperature"] = 2;
    auto client = server.client();
    bool first = true;
    httplib::Request request;
    request.method = "POST";
    request.path = kChat;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body.dump();
    request.content_receiver = [&](const char*, std::size_t, std::uint64_t, std::uint64_t) {
        if (std::exchange(first, false)) meanwhile();
        return false;
    };
    client.send(request);
    EXPECT_FALSE(first) << "nothing was streamed";
}

TEST(Serve, RefusesMoreThanTheQueueHoldsAndGivesUpWhatNobodyReads) {
    const Server server({"--queue", "0"});
    const Json small = asking(Json::array({user("Hello?")}), 2);
    start_and_hang_up(server, [&] {
        const auto refused = server.client().Post(kChat, small.dump(), "application/json");
        ASSERT_TRUE(refused);
        EXPECT_EQ(refused->status, 429) << refused->body;
        EXPECT_TRUE(refused->has_header("Retry-After"));
        EXPECT_EQ(server.client().Get("/health")->status, 200);
    });
    // Its place is free again once the server has seen that the client is gone.
    int status = 429;
    for (int i = 0; i < 1000 && status == 429; ++i)
        status = server.client().Post(kChat, small.dump(), "application/json")->status;
    EXPECT_EQ(status, 200);
    EXPECT_THAT(server.metrics(), HasSubstr("univi_replies_cancelled_total 1\n"));
}

TEST(Serve, ASignalEndsItCleanly) {
    Server server;
    start_and_hang_up(server, [&] { server.process().signal(SIGTERM); });
    EXPECT_EQ(server.process().wait(), 0) << server.process().stderr_text();
    EXPECT_EQ(server.process().stderr_text(), "");
}

TEST(Serve, AReplyIsCutOffWhenItsTimeIsOver) {
    const Server server({"--max-seconds", "0.1"});
    // Greedily this model goes on until its 2,048 positions are full.
    const Json body = asking(Json::array({user("Hello?")}), 100000);
    const auto result = server.client().Post(kChat, body.dump(), "application/json");
    ASSERT_TRUE(result);
    // On a busy machine not even the first token may come in time.
    if (result->status == 200) {
        const Json reply = Json::parse(result->body);
        EXPECT_EQ(reply.at("choices").at(0).at("finish_reason"), "length");
        EXPECT_LT(reply.at("usage").at("total_tokens"), 2048);
    } else {
        EXPECT_EQ(Json::parse(result->body).at("error").at("code"), "timeout");
    }
}

TEST(Serve, OtherMachinesNeedAKey) {
    const auto result =
        run_cli({"serve", "--port", "0", "--host", "0.0.0.0", "--model", golden_model()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("needs a key"));
}

TEST(Serve, APortThatIsTakenIsSaid) {
    const Server server;
    const std::string port = server.address().substr(server.address().rfind(':') + 1);
    const auto result = run_cli({"serve", "--port", port, "--model", golden_model()});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("port " + port));
}

TEST(Serve, CurlIsAnswered) {
    if (std::system("command -v curl >/dev/null") != 0) GTEST_SKIP() << "curl is not installed";
    const Server server;
    const auto result =
        run_process({{"/usr/bin/env", "curl", "-sS", "--fail", "-H",
                      "Content-Type: application/json", "-d", "@-", server.address() + kChat},
                     {},
                     {}},
                    asking(golden_question(), 8).dump());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(Json::parse(result.out).at("usage").at("completion_tokens"), 8);
}

/// UNIVI_OPENAI_PYTHON names a Python that has the package openai; without it python3 is tried.
TEST(Serve, OpenAisPackageIsAnswered) {
    const char* python = std::getenv("UNIVI_OPENAI_PYTHON");
    const Server server({"--api-key", "secret"});
    const auto result =
        run_process({{"/usr/bin/env", python ? python : "python3",
                      std::string(UNIVI_SOURCE_DIR) + "/tests/integration/openai_client.py",
                      server.address() + "/v1", "secret", golden_input("HappyFish.jpg")},
                     {},
                     {}});
    if (result.exit_code == 77) GTEST_SKIP() << "Python's package openai is not installed";
    EXPECT_EQ(result.exit_code, 0) << result.err << result.out;
}

}  // namespace
}  // namespace univi::test
