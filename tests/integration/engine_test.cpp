#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "core/protocol/engine_protocol.h"
#include "tests/integration/programs.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {
namespace {

using namespace protocol;
using testing::HasSubstr;

/// univi-engine as the app drives it.
class EngineTest : public testing::Test {
  protected:
    EngineTest()
        : process_({{program("univi-engine"), "--picture-folder", (folder_ / "pictures").string()},
                    {}}) {
        const auto ready = next();
        EXPECT_TRUE(std::holds_alternative<ReadyEvent>(ready.body)) << "the first line";
    }

    Event next() {
        const auto line = process_.read_line(60s);
        if (!line) throw std::runtime_error("no event: " + process_.stderr_text());
        return parse_event(
            *line);  // throws on anything that is no event: stdout holds nothing else
    }
    std::int64_t send(decltype(Request::body) body) {
        Request request;
        request.id = ++last_id_;
        request.body = std::move(body);
        process_.write(to_line(request) + "\n");
        return request.id;
    }
    /// Reads on until the request is over; its other events go to `seen`.
    template <typename Last>
    Last finish(std::int64_t id, std::vector<Event>* seen = nullptr) {
        for (;;) {
            Event event = next();
            if (event.id != id) continue;
            if (auto* last = std::get_if<Last>(&event.body)) return *last;
            if (auto* error = std::get_if<ErrorEvent>(&event.body)) {
                ADD_FAILURE() << error->message;
                return {};
            }
            if (std::holds_alternative<DoneEvent>(event.body)) {
                ADD_FAILURE() << "done where something else was expected";
                return {};
            }
            if (seen) seen->push_back(std::move(event));
        }
    }
    void load() {
        LoadRequest request;
        request.model = golden_model();
        const auto loaded = finish<LoadedEvent>(send(request));
        EXPECT_EQ(loaded.name, "tinyA");
        EXPECT_EQ(loaded.context, 2048);
        EXPECT_EQ(loaded.templates.at(0), "simple");
    }
    static AskRequest ask(const std::string& question, const std::vector<std::string>& media = {},
                          int tokens = 8) {
        AskRequest request;
        request.conversation = "one";
        request.question = question;
        request.media = media;
        request.options.temperature = 0;
        request.options.max_new_tokens = tokens;
        return request;
    }

    ScratchFolder folder_;
    Process process_;
    std::int64_t last_id_ = 0;
};

TEST_F(EngineTest, SaysWhatTheReferenceSays) {
    load();
    const auto golden = golden_record("image_v1");
    auto request = ask("What is in the image?", {golden_input("HappyFish.jpg")}, 64);
    request.options.conv = "v1";
    std::vector<Event> seen;
    const auto done = finish<DoneEvent>(send(request), &seen);
    EXPECT_EQ(done.ids, golden.at("generated_ids").get<std::vector<std::int32_t>>());
    EXPECT_EQ(done.reply, trimmed(golden.at("text")));
    std::string streamed;
    int groups = 0, prompts = 0;
    for (const auto& event : seen) {
        if (const auto* token = std::get_if<TokenEvent>(&event.body)) {
            streamed += token->text;
            ASSERT_EQ(token->attention.size(), 1U);
            EXPECT_EQ(token->attention[0].size(), 112U);
        }
        if (const auto* found = std::get_if<GroupsEvent>(&event.body)) {
            ++groups;
            EXPECT_TRUE(std::filesystem::exists(found->groups.frames.at(0).picture));
        }
        prompts += std::holds_alternative<PromptEvent>(event.body);
    }
    EXPECT_EQ(streamed, done.reply);
    EXPECT_EQ(groups, 1);
    EXPECT_EQ(prompts, 1);
}

TEST_F(EngineTest, AsksWhatIf) {
    load();
    WhatIfRequest request;
    request.medium = golden_input("HappyFish.jpg");
    request.question = "What is in the image?";
    request.options.temperature = 0;
    request.options.max_new_tokens = 6;
    request.left_out = {"", "2:5,2:7"};
    const auto variants_of = [](const std::vector<Event>& seen) {
        std::vector<WhatIfEvent> out;
        for (const Event& event : seen)
            if (const auto* variant = std::get_if<WhatIfEvent>(&event.body))
                out.push_back(*variant);
        return out;
    };
    const auto encodings_of = [](const std::vector<Event>& seen) {
        return std::ranges::count_if(seen, [](const Event& event) {
            return std::holds_alternative<GroupsEvent>(event.body);
        });
    };
    std::vector<Event> seen;
    const auto done = finish<DoneEvent>(send(request), &seen);
    auto variants = variants_of(seen);
    ASSERT_EQ(variants.size(), 3U);
    EXPECT_EQ(variants[0].reply, done.reply);
    EXPECT_EQ(variants[1].log_probability, variants[0].log_probability);
    EXPECT_EQ(variants[2].left_out, (std::vector<int>{101, 103}));
    EXPECT_EQ(variants[2].visual_tokens, 110);
    EXPECT_EQ(encodings_of(seen), 1);
    // The same question about the same picture: the tower does not run again.
    request.left_out.clear();
    request.rank = WhatIfRank::Groups;
    seen.clear();
    EXPECT_EQ(finish<DoneEvent>(send(request), &seen).ids, done.ids);
    variants = variants_of(seen);
    ASSERT_EQ(variants.size(), 113U);
    EXPECT_EQ(variants[1].rank, 1);
    EXPECT_GE(variants[1].fall, variants[112].fall);
    EXPECT_EQ(encodings_of(seen), 0);
    // Merged otherwise, it comes with its groups, which name the model as those of a question do.
    request.rank = WhatIfRank::None;
    request.stages = {8, 4, 2};
    seen.clear();
    finish<DoneEvent>(send(request), &seen);
    variants = variants_of(seen);
    ASSERT_EQ(variants.size(), 2U);
    EXPECT_FALSE(variants[0].groups);
    ASSERT_TRUE(variants[1].groups);
    EXPECT_EQ(variants[1].groups->num_tokens(), 14);
    EXPECT_EQ(variants[1].groups->source, request.medium);
    EXPECT_EQ(variants[1].groups->model, std::filesystem::path(golden_model()).filename());
    EXPECT_TRUE(std::filesystem::exists(variants[1].groups->frames.at(0).picture));
    request.stages.clear();
    request.rank = WhatIfRank::Events;
    EXPECT_THAT(finish<ErrorEvent>(send(request)).message, HasSubstr("no events"));
}

/// A folder that cannot be loaded leaves the model as it is, its conversations too.
TEST_F(EngineTest, AWrongModelLeavesTheGoodOne) {
    load();
    const auto before = finish<DoneEvent>(send(ask("What is it?")));
    folder_.write("config.json", R"({"model_type":"llama"})");
    LoadRequest wrong;
    wrong.model = folder_.path().string();
    for (const bool check_only : {true, false}) {
        wrong.check_only = check_only;
        const auto error = finish<ErrorEvent>(send(wrong));
        EXPECT_TRUE(error.model_kept);
        EXPECT_THAT(error.message, HasSubstr("has a config.json but no weights"));
        EXPECT_EQ(finish<DoneEvent>(send(ask("What is it?"))).ids, before.ids);
    }
    LoadRequest good;
    good.model = golden_model();
    good.check_only = true;
    finish<CheckedEvent>(send(good));
}

/// A person who chooses a folder that is no model loses nothing of the reply that is being made.
TEST_F(EngineTest, AModelIsCheckedBesideAReply) {
    load();
    const std::int64_t reply = send(ask("What is it?", {}, 1800));
    while (!std::holds_alternative<TokenEvent>(next().body)) {
    }
    LoadRequest wrong, good;
    wrong.model = (folder_ / "nothing").string();
    good.model = golden_model();
    wrong.check_only = good.check_only = true;
    const std::int64_t refused = send(wrong), checked = send(good);
    bool is_refused = false, is_checked = false;
    while (!is_refused || !is_checked) {
        const Event event = next();
        ASSERT_FALSE(event.id == reply && std::holds_alternative<DoneEvent>(event.body));
        if (const auto* error = std::get_if<ErrorEvent>(&event.body)) {
            EXPECT_EQ(event.id, refused) << error->message;
            EXPECT_TRUE(error->model_kept);
            is_refused = true;
        }
        if (std::holds_alternative<CheckedEvent>(event.body)) {
            EXPECT_EQ(event.id, checked);
            is_checked = true;
        }
    }
    send(StopRequest{reply});
    EXPECT_EQ(finish<DoneEvent>(reply).finish, protocol::Finish::Stopped);
}

TEST_F(EngineTest, KeysAndValuesOfEightBitsTakeLess) {
    LoadRequest request;
    request.model = golden_model();
    const auto usual = finish<LoadedEvent>(send(request));
    request.cache_dtype = "int8";
    const auto small = finish<LoadedEvent>(send(request));
    ASSERT_FALSE(usual.memory.empty());
    EXPECT_LT(small.memory[0].cache * 2, usual.memory[0].cache);
    EXPECT_EQ(small.memory[0].weights, usual.memory[0].weights);
    EXPECT_FALSE(finish<DoneEvent>(send(ask("What is it?"))).ids.empty());
    request.cache_dtype = "int7";
    EXPECT_THAT(finish<ErrorEvent>(send(request)).message, HasSubstr("use auto or int8"));
}

TEST_F(EngineTest, APlainLanguageModelAnswersText) {
    LoadRequest plain;
    plain.model = golden_model() + "-base";
    const auto loaded = finish<LoadedEvent>(send(plain));
    EXPECT_EQ(loaded.sight, Sight::NoProjector);
    EXPECT_THAT(loaded.sight_note, HasSubstr("answers text only"));
    EXPECT_FALSE(finish<DoneEvent>(send(ask("What is it?"))).ids.empty());
    const auto error =
        finish<ErrorEvent>(send(ask("What is it?", {golden_input("HappyFish.jpg")})));
    EXPECT_THAT(error.message,
                HasSubstr("HappyFish.jpg cannot be looked at: the model is a plain"));
    EXPECT_FALSE(error.model_kept);  // said of load requests only
    finish<ErrorEvent>(send(EncodeRequest{"one", golden_input("HappyFish.jpg"), 8}));
}

TEST_F(EngineTest, AFileNameMayBeAnyBytes) {
    load();
    const std::string path = (folder_ / "caf\xE9.jpg").string();
    std::filesystem::copy_file(golden_input("HappyFish.jpg"), path);
    std::vector<Event> seen;
    finish<DoneEvent>(send(ask("What is it?", {path})), &seen);
    int groups = 0;
    for (const auto& event : seen)
        if (const auto* found = std::get_if<GroupsEvent>(&event.body)) {
            ++groups;
            EXPECT_EQ(found->groups.source, path);
        }
    EXPECT_EQ(groups, 1);
}

TEST_F(EngineTest, AFollowUpReusesWhatTheHistoryRepeats) {
    load();
    const std::string fish = golden_input("HappyFish.jpg");
    const auto one = finish<DoneEvent>(send(ask("What is it?", {fish})));
    auto request = ask("What colour is it?");
    request.history = {{{fish}, "What is it?", one.reply}};
    std::vector<Event> seen;
    finish<DoneEvent>(send(request), &seen);
    int reused = -1;
    for (const auto& event : seen) {
        if (const auto* prompt = std::get_if<PromptEvent>(&event.body))
            reused = prompt->reused_tokens;
        EXPECT_FALSE(std::holds_alternative<MediaProgressEvent>(event.body))
            << "the picture was read again";
    }
    EXPECT_GE(reused, one.prompt_tokens - 1);
}

TEST_F(EngineTest, AStopActsInTheMiddleOfAReply) {
    load();
    const auto id = send(ask("Tell me everything.", {}, 1500));
    for (int tokens = 0; tokens < 3;) tokens += std::holds_alternative<TokenEvent>(next().body);
    send(StopRequest{id});
    const auto done = finish<DoneEvent>(id);
    EXPECT_EQ(done.finish, protocol::Finish::Stopped);
    EXPECT_LT(done.ids.size(), 1500U);
    EXPECT_EQ(finish<DoneEvent>(send(ask("And now?"))).finish, protocol::Finish::Length)
        << "the engine goes on";
}

TEST_F(EngineTest, AStopReachesARequestThatWaits) {
    load();
    const auto first = send(ask("Tell me everything.", {}, 300));
    const auto second = send(ask("And this?", {golden_input("slides_52s.mp4")}));
    send(StopRequest{second});
    send(StopRequest{first});
    EXPECT_EQ(finish<DoneEvent>(first).finish, protocol::Finish::Stopped);
    const auto done = finish<DoneEvent>(second);
    EXPECT_EQ(done.finish, protocol::Finish::Stopped);
    EXPECT_TRUE(done.ids.empty());
}

TEST_F(EngineTest, EndsWhenStdinClosesInTheMiddleOfWork) {
    load();
    send(ask("Tell me everything.", {}, 1900));
    while (!std::holds_alternative<TokenEvent>(next().body)) {
    }
    process_.close_stdin();
    const auto code = process_.wait(10s);
    ASSERT_TRUE(code);
    EXPECT_EQ(*code, 0);
}

TEST_F(EngineTest, EndsWhenStdinClosesWhileIdle) {
    process_.close_stdin();
    const auto code = process_.wait(5s);
    ASSERT_TRUE(code);
    EXPECT_EQ(*code, 0);
}

TEST_F(EngineTest, AnswersWithoutAModelInASentence) {
    const auto error = finish<ErrorEvent>(send(ask("Hello?")));
    EXPECT_EQ(error.kind, "model");
    EXPECT_THAT(error.message, HasSubstr("No model is loaded"));
    load();
}

TEST_F(EngineTest, AWrongModelFolderIsSaidAndAnotherLoads) {
    LoadRequest request;
    request.model = (folder_ / "nothing").string();
    EXPECT_EQ(finish<ErrorEvent>(send(request)).kind, "file");
    load();
}

TEST_F(EngineTest, NonsenseLinesAreAnsweredAndTheEngineGoesOn) {
    for (const std::string line :
         {"hello", "{}", "[1,2]", "{\"id\":7,\"request\":\"dance\"}", "{\"id\":", "\xff\xfe"}) {
        process_.write(line + "\n");
        const auto event = next();
        EXPECT_TRUE(std::holds_alternative<ErrorEvent>(event.body)) << line;
        if (line.find("dance") != std::string::npos) {
            EXPECT_EQ(event.id, 7);
        }
    }
    process_.write("\n");
    load();
}

TEST_F(EngineTest, BadMediaAreSaidAndTheConversationGoesOn) {
    load();
    const auto one = finish<DoneEvent>(send(ask("What is it?", {golden_input("HappyFish.jpg")})));
    const auto bad = folder_.write("note.jpg", "no picture");
    auto request = ask("And this?", {bad.string()});
    request.history = {{{golden_input("HappyFish.jpg")}, "What is it?", one.reply}};
    const auto error = finish<ErrorEvent>(send(request));
    EXPECT_EQ(error.kind, "media");
    EXPECT_THAT(error.message, HasSubstr("note.jpg"));
    request.media.clear();
    EXPECT_EQ(finish<DoneEvent>(send(request)).finish, protocol::Finish::Length);
}

TEST_F(EngineTest, AnOverflowSaysTheNumbers) {
    load();
    const auto error = finish<ErrorEvent>(send(ask(std::string(1 << 20, 'x'))));
    EXPECT_EQ(error.kind, "context");
    EXPECT_THAT(error.message, HasSubstr("but the model holds 2,048"));
}

TEST_F(EngineTest, EncodesADroppedVideoAtOnceAndTheAskReusesIt) {
    load();
    const std::string video = golden_input("slides_52s.mp4");
    const auto id = send(EncodeRequest{"one", video, 64});
    std::vector<TokenGroups> groups;
    int frames_at_first = 0;
    while (groups.empty() || !groups.back().complete) {
        const auto event = next();
        ASSERT_EQ(event.id, id);
        if (const auto* progress = std::get_if<MediaProgressEvent>(&event.body))
            frames_at_first = groups.empty() ? progress->frames_encoded : frames_at_first;
        if (const auto* found = std::get_if<GroupsEvent>(&event.body))
            groups.push_back(found->groups);
    }
    EXPECT_GE(groups.size(), 2U);
    EXPECT_LT(frames_at_first, 52);
    EXPECT_EQ(groups.back().events.size(), 4U);
    std::vector<Event> seen;
    const auto done = finish<DoneEvent>(send(ask("What happens?", {video})), &seen);
    EXPECT_EQ(done.visual_tokens, 448);
    for (const auto& event : seen)
        EXPECT_FALSE(std::holds_alternative<MediaProgressEvent>(event.body))
            << "the video was read again";
    send(ForgetRequest{"one"});
    EXPECT_EQ(finish<DoneEvent>(send(ask("What happens?"))).visual_tokens, 0);
}

TEST_F(EngineTest, EncodingAKnownMediumReportsItsGroupsAgain) {
    load();
    for (int i = 0; i < 2; ++i) {
        const auto id = send(EncodeRequest{"one", golden_input("notes.png"), 64});
        Event event = next();
        while (!std::holds_alternative<GroupsEvent>(event.body)) event = next();
        EXPECT_EQ(event.id, id);
        EXPECT_TRUE(std::get<GroupsEvent>(event.body).groups.complete);
    }
}

}  // namespace
}  // namespace univi::test
