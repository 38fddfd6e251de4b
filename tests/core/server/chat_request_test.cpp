#include "core/server/chat_request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/json.h"
#include "tests/core/server/errors.h"

namespace univi::test {
namespace {

using base::Json;
using server::ChatRequest;
using server::MediaPart;
using testing::HasSubstr;

ChatRequest parse(const Json& body) {
    return server::parse_chat_request(body.dump(), {});
}

Json message(const char* role, const Json& content) {
    return {{"role", role}, {"content", content}};
}

Json body_of(const Json& messages) {
    return {{"model", "m"}, {"messages", messages}};
}

Json asking() {
    return body_of(Json::array({message("user", "Hello?")}));
}

TEST(ChatRequest, ReadsAConversation) {
    const Json picture = {{"type", "image_url"},
                          {"image_url", {{"url", "data:a"}, {"detail", "low"}}}};
    const Json clip = {{"type", "video_url"}, {"video_url", "file:///b"}};
    const Json text = {{"type", "text"}, {"text", "What?"}};
    const auto request = parse(body_of(
        Json::array({message("system", "Be brief."), message("user", Json::array({picture, text})),
                     message("assistant", "A cat."), message("user", Json::array({text, clip})),
                     message("user", "And?")})));
    EXPECT_EQ(request.model, "m");
    EXPECT_EQ(request.options.system, "Be brief.");
    ASSERT_EQ(request.turns.size(), 2U);
    EXPECT_EQ(request.turns[0].question, "What?");
    EXPECT_EQ(request.turns[0].reply, "A cat.");
    ASSERT_EQ(request.turns[0].media.size(), 1U);
    EXPECT_EQ(request.turns[0].media[0].kind, MediaPart::Kind::Picture);
    EXPECT_EQ(request.turns[0].media[0].address, "data:a");
    EXPECT_EQ(request.turns[1].question, "What?\nAnd?");
    EXPECT_EQ(request.turns[1].media.at(0).kind, MediaPart::Kind::Video);
    EXPECT_FALSE(request.turns[1].reply);
}

TEST(ChatRequest, ReadsHowTheReplyIsMade) {
    Json body = asking();
    body.update({{"temperature", 0.5},
                 {"top_p", 0.9},
                 {"seed", -3},
                 {"max_tokens", 7},
                 {"stop", "###"},
                 {"stream", true},
                 {"stream_options", {{"include_usage", true}}},
                 {"logprobs", true},
                 {"top_logprobs", 4},
                 {"n", 1},
                 {"user", "u"},
                 {"frequency_penalty", 0},
                 {"tools", Json::array()},
                 {"top_k", 3},
                 {"metadata", nullptr},
                 {"response_format", {{"type", "text"}}}});
    const auto request = parse(body);
    EXPECT_EQ(request.options.temperature, 0.5);
    EXPECT_EQ(request.options.top_p, 0.9);
    EXPECT_EQ(request.options.top_k, 3);
    EXPECT_EQ(request.options.seed, static_cast<std::uint64_t>(-3));
    EXPECT_EQ(request.options.max_new_tokens, 7);
    EXPECT_EQ(request.stop, std::vector<std::string>{"###"});
    EXPECT_TRUE(request.stream && request.include_usage && request.log_probabilities);
    EXPECT_EQ(request.alternatives, 4);
    body["max_completion_tokens"] = 9;
    EXPECT_EQ(parse(body).options.max_new_tokens, 9);
}

TEST(ChatRequest, LeavesWhatIsNotSaidToTheModel) {
    const auto request = parse(asking());
    EXPECT_FALSE(request.options.temperature);
    EXPECT_FALSE(request.options.max_new_tokens);
    EXPECT_FALSE(request.options.system);
    EXPECT_NE(request.options.seed, parse(asking()).options.seed) << "another reply each time";
}

TEST(ChatRequest, NamesTheFieldAtFault) {
    const auto refused = [](const char* field, const Json& value) {
        Json body = asking();
        body[field] = value;
        const auto error = refusal_of([&] { parse(body); });
        EXPECT_EQ(error.status, 400) << field;
        EXPECT_EQ(error.param, field);
        EXPECT_THAT(error.message, HasSubstr(field));
    };
    refused("n", 2);
    refused("temperature", -1);
    refused("temperature", "hot");
    refused("temperature", 1e300);
    refused("top_p", 0);
    refused("top_p", 1.5);
    refused("max_tokens", 0);
    refused("max_tokens", 1.5);
    refused("max_tokens", std::uint64_t{1} << 63);
    refused("max_tokens", std::int64_t{1} << 40);
    refused("seed", "x");
    refused("stop", Json::array({1}));
    refused("stop", "");
    refused("stream", 1);
    refused("stream_options", {{"include_usage", true}});
    refused("top_logprobs", 2);
    refused("tools", Json::array({1}));
    refused("presence_penalty", 0.5);
    refused("response_format", {{"type", "json_object"}});
    refused("messages", Json::array());
    refused("messages", "Hello");
    refused("model", 3);
}

TEST(ChatRequest, RefusesMessagesThatMakeNoConversation) {
    const auto message_of = [](const Json& messages) {
        return refusal_of([&] { parse(body_of(messages)); }).message;
    };
    EXPECT_THAT(message_of(Json::array({message("assistant", "Hi")})),
                HasSubstr("must be the user's"));
    EXPECT_THAT(message_of(Json::array({message("user", "Hi"), message("assistant", "Hi")})),
                HasSubstr("last message"));
    EXPECT_THAT(message_of(Json::array({message("tool", "Hi")})), HasSubstr("messages[0].role"));
    EXPECT_THAT(message_of(Json::array({"Hi"})), HasSubstr("messages[0]"));
    EXPECT_THAT(message_of(Json::array({message("user", 3)})), HasSubstr("messages[0].content"));
    const Json sound = Json::array({{{"type", "input_audio"}}});
    EXPECT_THAT(message_of(Json::array({message("user", sound)})),
                HasSubstr("messages[0].content[0].type"));
    Json many = Json::array();
    for (int i = 0; i < 17; ++i) many.push_back({{"type", "image_url"}, {"image_url", "data:a"}});
    EXPECT_THAT(message_of(Json::array({message("user", many)})), HasSubstr("more than 16"));
    EXPECT_THAT(message_of(Json::array({message("system", many), message("user", "Hi")})),
                HasSubstr("more than 16"));
}

TEST(ChatRequest, RefusesWhatIsNoJsonObject) {
    for (const char* body : {"", "{", "[]", "3", "{\"messages\":[\"\xFF\"]}"})
        EXPECT_EQ(refusal_of([&] { server::parse_chat_request(body, {}); }).status, 400) << body;
    EXPECT_EQ(refusal_of([&] { server::parse_chat_request(std::string(100000, '['), {}); }).status,
              400);
}

}  // namespace
}  // namespace univi::test
