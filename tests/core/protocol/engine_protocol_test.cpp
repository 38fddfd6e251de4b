#include "core/protocol/engine_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace univi::protocol {
namespace {

using base::Json;
using testing::HasSubstr;

/// Sends a message through its line and back; the line must be one line, and reading it must lose
/// nothing that writing it again shows.
Request round_trip(const Request& request) {
    const std::string line = to_line(request);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const Request back = parse_request(line);
    EXPECT_EQ(back.id, request.id);
    EXPECT_EQ(back.body.index(), request.body.index());
    EXPECT_EQ(to_line(back), line);
    return back;
}

Event round_trip(const Event& event) {
    const std::string line = to_line(event);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const Event back = parse_event(line);
    EXPECT_EQ(back.id, event.id);
    EXPECT_EQ(back.body.index(), event.body.index());
    EXPECT_EQ(to_line(back), line);
    return back;
}

/// The sentence of the Error{Format} that `parse` throws.
std::string format_error(const std::function<void()>& parse) {
    try {
        parse();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.kind(), base::ErrorKind::Format);
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
}

std::string request_error(const std::string& line) {
    return format_error([&] { parse_request(line); });
}
std::string event_error(const std::string& line) {
    return format_error([&] { parse_event(line); });
}

StageGroups stage(int num_groups) {
    StageGroups stage;
    for (int patch = 0; patch < 2 * num_groups; ++patch)
        stage.patch_to_group.push_back(patch % num_groups);
    stage.sizes.assign(num_groups, 2);
    for (int group = 0; group < num_groups; ++group) {
        stage.centers.push_back(num_groups - 1 - group);
        stage.center_patches.push_back(group);
        stage.density.push_back(0.1f * static_cast<float>(group + 1));
        stage.distance.push_back(1.0f / static_cast<float>(group + 3));
    }
    return stage;
}

TokenGroups video_groups() {
    TokenGroups groups;
    groups.medium = 2;
    groups.source = "/videos/straße \"1\".mp4";
    groups.is_video = true;
    groups.grid = 24;
    groups.picture_width = 640;
    groups.picture_height = 360;
    groups.crop = {-12.5, 0, 336, 336.25};
    for (int frame = 0; frame < 3; ++frame)
        groups.frames.push_back({frame * 30,
                                 frame / 3.0,
                                 "/cache/f" + std::to_string(frame) + ".jpg",
                                 {stage(8), stage(4), stage(2)}});
    groups.events.push_back({{0, 1}, {stage(8), stage(4), stage(2)}});
    groups.events.push_back({{2}, {stage(6), stage(4), stage(2)}});
    groups.frame_density = {1, 1, 0.5f};
    groups.frame_distance = {0.25f, 0.1f, 3e-7f};
    groups.event_centers = {0, 2};
    groups.complete = true;
    groups.frames_lost = 28;
    groups.frames_in_file = 60;
    return groups;
}

TEST(EngineProtocol, LoadRequestRoundTrips) {
    LoadRequest load{"/m", "/base", "openai/clip", "cuda:1", "int8", 3, "int8"};
    const auto back = std::get<LoadRequest>(round_trip(Request{7, load}).body);
    EXPECT_EQ(back.model, "/m");
    EXPECT_EQ(back.model_base, "/base");
    EXPECT_EQ(back.vision_tower, "openai/clip");
    EXPECT_EQ(back.device, "cuda:1");
    EXPECT_EQ(back.dtype, "int8");
    EXPECT_EQ(back.threads, 3);
    EXPECT_EQ(back.cache_dtype, "int8");
    EXPECT_EQ(back, load);
}

TEST(EngineProtocol, AttentionRequestAndEventRoundTrip) {
    AttentionRequest again;
    again.conversation = "c-1";
    again.media = {"/c.png"};
    again.question = "Where is it?";
    again.reply = "On the \"mat\".";
    again.choice.layer = 3;
    const auto back = std::get<AttentionRequest>(round_trip(Request{4, again}).body);
    EXPECT_EQ(back.conversation, "c-1");
    EXPECT_EQ(back.media, again.media);
    EXPECT_EQ(back.question, again.question);
    EXPECT_EQ(back.reply, again.reply);
    EXPECT_EQ(back.choice, (AttentionChoice{3, std::nullopt}));
    EXPECT_THAT(request_error(R"({"id":1,"request":"attention","question":"a"})"),
                HasSubstr("reply"));
    EXPECT_THAT(
        request_error(R"({"id":1,"request":"attention","reply":"a","choice":{"layer":"x"}})"),
        HasSubstr("layer"));
    const AttentionEvent event{{{"<s>", -1, -1, 0.5}, {"", 1, 7, 0.25}}};
    const auto read = std::get<AttentionEvent>(round_trip(Event{4, event}).body);
    ASSERT_EQ(read.sinks.size(), 2u);
    EXPECT_EQ(read.sinks[0].text, "<s>");
    EXPECT_EQ(read.sinks[1].medium, 1);
    EXPECT_EQ(read.sinks[1].visual, 7);
    EXPECT_EQ(read.sinks[1].share, 0.25);
}

TEST(EngineProtocol, AskRequestRoundTrips) {
    AskRequest ask;
    ask.conversation = "c-1";
    ask.history = {{{"/a.jpg", "/b.mp4"}, "What?\n\"It\"", "A cat 🐱."}, {{}, "And?", "Nothing."}};
    ask.media = {"/c.png"};
    ask.question = "Where is it?";
    ask.options = {"v1", "Be short.", 0.7, 0.9, 40, 1.1, 128, 18446744073709551615u, 100};
    const auto back = std::get<AskRequest>(round_trip(Request{9007199254740993, ask}).body);
    EXPECT_EQ(back.conversation, ask.conversation);
    ASSERT_EQ(back.history.size(), 2u);
    EXPECT_EQ(back.history[0].media, ask.history[0].media);
    EXPECT_EQ(back.history[0].question, ask.history[0].question);
    EXPECT_EQ(back.history[1].reply, "Nothing.");
    EXPECT_EQ(back.media, ask.media);
    EXPECT_EQ(back.question, ask.question);
    EXPECT_EQ(back.options.conv, "v1");
    EXPECT_EQ(back.options.system, "Be short.");
    EXPECT_EQ(back.options.temperature, 0.7);
    EXPECT_EQ(back.options.top_p, 0.9);
    EXPECT_EQ(back.options.top_k, 40);
    EXPECT_EQ(back.options.repetition_penalty, 1.1);
    EXPECT_EQ(back.options.max_new_tokens, 128);
    EXPECT_EQ(back.options.seed, 18446744073709551615u);
    EXPECT_EQ(back.options.max_frames, 100);
}

TEST(EngineProtocol, OtherRequestsRoundTrip) {
    const auto encode =
        std::get<EncodeRequest>(round_trip(Request{1, EncodeRequest{"c", "/a.mp4", 32}}).body);
    EXPECT_EQ(encode.conversation, "c");
    EXPECT_EQ(encode.medium, "/a.mp4");
    EXPECT_EQ(encode.max_frames, 32);
    EXPECT_EQ(std::get<StopRequest>(round_trip(Request{2, StopRequest{1}}).body).target, 1);
    EXPECT_EQ(std::get<ForgetRequest>(round_trip(Request{3, ForgetRequest{"c"}}).body).conversation,
              "c");
    const Request limit{4, TokenLimitRequest{5'000'000'000}};
    EXPECT_EQ(std::get<TokenLimitRequest>(round_trip(limit).body).bytes, 5'000'000'000);
    EXPECT_THAT(request_error(R"({"id":1,"request":"token_limit"})"), HasSubstr("bytes"));
}

TEST(EngineProtocol, PartsOfVideosRoundTrip) {
    AskRequest ask;
    ask.history = {{{"/a.mp4"}, "What?", "That.", {{1.5, 3.0, 8}}}};
    ask.media = {"/b.mp4", "/c.mp4"};
    ask.clips = {{}, {{}, 4.0, {}}};
    ask.options.when_full = ContextPolicy::DropMedia;
    const auto back = std::get<AskRequest>(round_trip(Request{1, ask}).body);
    EXPECT_EQ(back.history[0].clips, ask.history[0].clips);
    EXPECT_EQ(back.clips, ask.clips);
    EXPECT_EQ(back.options.when_full, ContextPolicy::DropMedia);
    EncodeRequest encode{"c", "/a.mp4", 32, {2.0, {}, {}}};
    EXPECT_EQ(std::get<EncodeRequest>(round_trip(Request{1, encode}).body).clip, encode.clip);
    EXPECT_THAT(
        request_error(R"({"id":1,"request":"encode","medium":"/a","clip":{"start":4,"end":2}})"),
        HasSubstr("clip.end must end after it begins"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"encode","medium":"/a","clip":{"frames":0}})"),
                HasSubstr("must have 1 to 1024 frames"));
}

TEST(EngineProtocol, PreviewsRoundTrip) {
    PreviewRequest ask;
    ask.question = "What?";
    EXPECT_EQ(std::get<PreviewRequest>(round_trip(Request{1, ask}).body).question, "What?");
    PreviewEvent preview;
    preview.pieces = {{PromptKind::Control, 1, "<s>", 1}, {PromptKind::Visual, 0, "a.jpg", 112}};
    preview.text_tokens = 1;
    preview.visual_tokens = 112;
    preview.dropped_turns = 3;
    const auto back = std::get<PreviewEvent>(round_trip(Event{1, preview}).body);
    EXPECT_EQ(back.pieces, preview.pieces);
    EXPECT_EQ(back.visual_tokens, 112);
    EXPECT_EQ(back.dropped_turns, 3);
}

TEST(EngineProtocol, WhatIfRoundTrips) {
    WhatIfRequest ask;
    ask.medium = "/a.mp4";
    ask.question = "What?";
    ask.options.temperature = 0;
    ask.left_out = {"2:5,2:7", "event:1"};
    ask.stages = {16, 8, 4};
    ask.temporal_rate = 0.5;
    ask.neighbors = 3;
    ask.rank = WhatIfRank::Events;
    ask.seed = 18446744073709551615ULL;
    const auto back = std::get<WhatIfRequest>(round_trip(Request{1, ask}).body);
    EXPECT_EQ(back.medium, ask.medium);
    EXPECT_EQ(back.question, ask.question);
    EXPECT_EQ(back.options.temperature, 0);
    EXPECT_EQ(back.left_out, ask.left_out);
    EXPECT_EQ(back.stages, ask.stages);
    EXPECT_EQ(back.temporal_rate, 0.5);
    EXPECT_EQ(back.neighbors, 3);
    EXPECT_EQ(back.rank, WhatIfRank::Events);
    EXPECT_EQ(back.seed, ask.seed);
    EXPECT_THAT(request_error(R"({"id":1,"request":"what_if","question":"?"})"),
                HasSubstr("medium"));
    EXPECT_THAT(
        request_error(R"({"id":1,"request":"what_if","medium":"a","question":"?","stages":[1]})"),
        HasSubstr("stages"));
    const Event event{
        1, WhatIfEvent{{3, 4}, "1:2", 2, "A cat.", 110, 150, -1.5, 0.25, {-1, -0.5}, {}}};
    const auto variant = std::get<WhatIfEvent>(round_trip(event).body);
    EXPECT_EQ(variant.left_out, (std::vector<int>{3, 4}));
    EXPECT_EQ(variant.name, "1:2");
    EXPECT_EQ(variant.rank, 2);
    EXPECT_EQ(variant.reply, "A cat.");
    EXPECT_EQ(variant.visual_tokens, 110);
    EXPECT_EQ(variant.prompt_tokens, 150);
    EXPECT_EQ(variant.log_probability, -1.5);
    EXPECT_EQ(variant.fall, 0.25);
    EXPECT_EQ(variant.token_log_probabilities, (std::vector<double>{-1, -0.5}));
    EXPECT_EQ(
        std::get<WhatIfProgressEvent>(round_trip(Event{1, WhatIfProgressEvent{3, 112}}).body).total,
        112);
}

TEST(EngineProtocol, AbsentFieldsTakeTheDefaults) {
    const auto load = std::get<LoadRequest>(parse_request(R"({"id":1,"request":"load"})").body);
    EXPECT_EQ(load.model, "");
    EXPECT_EQ(load.device, "auto");
    EXPECT_EQ(load.dtype, "auto");
    const auto ask = std::get<AskRequest>(
        parse_request(
            R"({"id":1,"request":"ask","question":"Hi","options":{"top_k":3,"system":null}})")
            .body);
    EXPECT_EQ(ask.question, "Hi");
    EXPECT_EQ(ask.options.top_k, 3);
    EXPECT_EQ(ask.options.system, std::nullopt);
    EXPECT_EQ(ask.options.conv, "default");
    // What nobody set is the model's own.
    EXPECT_EQ(ask.options.temperature, std::nullopt);
    EXPECT_EQ(ask.options.max_new_tokens, std::nullopt);
    EXPECT_EQ(ask.options.seed, 42u);
    EXPECT_EQ(ask.options.max_frames, 64);
    EXPECT_TRUE(ask.history.empty());
    const auto ready =
        std::get<ReadyEvent>(parse_event(R"({"id":0,"event":"ready","later_addition":[]})").body);
    EXPECT_EQ(ready.protocol, 1);
}

TEST(EngineProtocol, WrongRequestsNameTheField) {
    EXPECT_THAT(request_error(R"([1])"), HasSubstr("request must be a JSON object"));
    EXPECT_THAT(request_error(R"({"request":"load"})"), HasSubstr("request.id is missing"));
    EXPECT_THAT(request_error(R"({"id":1})"), HasSubstr("request.request is missing"));
    EXPECT_THAT(request_error(R"({"id":"1","request":"load"})"),
                HasSubstr("request.id must be a whole number"));
    EXPECT_THAT(request_error(R"({"id":1.5,"request":"load"})"), HasSubstr("request.id"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"dance"})"), HasSubstr("\"dance\""));
    EXPECT_THAT(request_error(R"({"id":1,"request":"load","threads":true})"),
                HasSubstr("request.threads"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"load","threads":3000000000})"),
                HasSubstr("request.threads"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"load","model":5})"),
                HasSubstr("request.model must be a string"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"stop"})"),
                HasSubstr("request.target is missing"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"encode"})"),
                HasSubstr("request.medium is missing"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"ask","media":"a.jpg"})"),
                HasSubstr("request.media must be an array"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"ask","media":[1]})"),
                HasSubstr("request.media must hold paths"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"ask","history":[{},{"reply":1}]})"),
                HasSubstr("request.history[1].reply must be a string"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"ask","options":{"seed":-1}})"),
                HasSubstr("request.options.seed"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"ask","options":[]})"),
                HasSubstr("request.options must be a JSON object"));
    EXPECT_THAT(request_error(R"({"id":1,"request":"ask")"), HasSubstr("request"));
}

TEST(EngineProtocol, SmallEventsRoundTrip) {
    const auto ready = std::get<ReadyEvent>(round_trip(Event{0, ReadyEvent{"1.2.3", 1}}).body);
    EXPECT_EQ(ready.version, "1.2.3");
    const auto progress = std::get<LoadProgressEvent>(
        round_trip(Event{1, LoadProgressEvent{0.25, "reading shard 2 of 3"}}).body);
    EXPECT_EQ(progress.fraction, 0.25);
    EXPECT_EQ(progress.what, "reading shard 2 of 3");
    const auto media = std::get<MediaProgressEvent>(
        round_trip(Event{1, MediaProgressEvent{"/a.mp4", 5, 4, 52}}).body);
    EXPECT_EQ(media.medium, "/a.mp4");
    EXPECT_EQ(media.frames_decoded, 5);
    EXPECT_EQ(media.frames_encoded, 4);
    EXPECT_EQ(media.frames_total, 52);
    const auto prompt =
        std::get<PromptEvent>(round_trip(Event{1, PromptEvent{300, 224, 120}}).body);
    EXPECT_EQ(prompt.prompt_tokens, 300);
    EXPECT_EQ(prompt.visual_tokens, 224);
    EXPECT_EQ(prompt.reused_tokens, 120);
    const auto error =
        std::get<ErrorEvent>(round_trip(Event{1, ErrorEvent{"media", "No such file."}}).body);
    EXPECT_EQ(error.kind, "media");
    EXPECT_EQ(error.message, "No such file.");
    EXPECT_FALSE(error.model_kept);
    const auto kept =
        std::get<ErrorEvent>(round_trip(Event{1, ErrorEvent{"model", "No weights.", true}}).body);
    EXPECT_TRUE(kept.model_kept);
}

TEST(EngineProtocol, LoadedEventRoundTrips) {
    LoadedEvent loaded;
    loaded.model = "/m";
    loaded.name = "tinyA";
    loaded.device = "cpu";
    loaded.dtype = "fp32";
    loaded.parameters = 7'000'000'000;
    loaded.bytes = 13'000'000'000;
    loaded.context = 2048;
    loaded.templates = {"simple", "v1"};
    loaded.sight = Sight::Pictures;
    loaded.places.emplace_back().device = "cuda:0";
    loaded.places.back().layers = 24;
    loaded.places.back().weights = 9'000'000'000;
    const auto back = std::get<LoadedEvent>(round_trip(Event{4, loaded}).body);
    EXPECT_EQ(back.name, "tinyA");
    EXPECT_EQ(back.parameters, 7'000'000'000);
    EXPECT_EQ(back.bytes, 13'000'000'000);
    EXPECT_EQ(back.context, 2048);
    EXPECT_EQ(back.templates, loaded.templates);
    EXPECT_EQ(back.sight, Sight::Pictures);
    ASSERT_EQ(back.places.size(), 1U);
    EXPECT_EQ(back.places[0].device, "cuda:0");
    EXPECT_EQ(back.places[0].layers, 24);
    EXPECT_EQ(back.places[0].weights, 9'000'000'000);
    loaded.memory = {{"int4", 3'900'000'000, 500'000'000, false}};
    loaded.sight = Sight::NoVisionTower;
    loaded.sight_note = "No tower.";
    const auto blind = std::get<LoadedEvent>(round_trip(Event{4, loaded}).body);
    EXPECT_EQ(blind.sight, Sight::NoVisionTower);
    EXPECT_EQ(blind.sight_note, "No tower.");
    ASSERT_EQ(blind.memory.size(), 1u);
    EXPECT_EQ(blind.memory[0].dtype, "int4");
    EXPECT_EQ(blind.memory[0].weights, 3'900'000'000);
    EXPECT_EQ(blind.memory[0].cache, 500'000'000);
    EXPECT_FALSE(blind.memory[0].fits);
    EXPECT_TRUE(std::holds_alternative<CheckedEvent>(round_trip(Event{4, CheckedEvent{}}).body));
}

TEST(EngineProtocol, TokenEventRoundTripsFloatsExactlyAndShortly) {
    TokenEvent token{" cat", 6635, -0.125, {{0.1f, 0.2f, 1e-20f}, {}, {1.0f / 3}}};
    const std::string line = to_line(Event{5, token});
    EXPECT_THAT(line, HasSubstr("[0.1,0.2,1e-20]"));
    EXPECT_THAT(line, HasSubstr(R"("event":"token")"));
    const auto back = std::get<TokenEvent>(round_trip(Event{5, token}).body);
    EXPECT_EQ(back.text, " cat");
    EXPECT_EQ(back.token, 6635);
    EXPECT_EQ(back.log_probability, -0.125);
    EXPECT_EQ(back.attention, token.attention);
    EXPECT_EQ(to_line(Event{5, TokenEvent{}}).find("attention"), std::string::npos);
}

TEST(EngineProtocol, DoneEventRoundTrips) {
    const DoneEvent done{"A cat.", {319, 6635, 29889}, Finish::Stop, 300, 112, 0.9, 31.5};
    const auto back = std::get<DoneEvent>(round_trip(Event{6, done}).body);
    EXPECT_EQ(back.reply, "A cat.");
    EXPECT_EQ(back.ids, done.ids);
    EXPECT_EQ(back.finish, Finish::Stop);
    EXPECT_EQ(back.prompt_tokens, 300);
    EXPECT_EQ(back.visual_tokens, 112);
    EXPECT_EQ(back.first_token_s, 0.9);
    EXPECT_EQ(back.decode_tokens_per_s, 31.5);
}

TEST(EngineProtocol, GroupsEventRoundTrips) {
    const TokenGroups groups = video_groups();
    const auto back = std::get<GroupsEvent>(round_trip(Event{8, GroupsEvent{groups}}).body).groups;
    EXPECT_EQ(back.medium, 2);
    EXPECT_EQ(back.source, groups.source);
    EXPECT_TRUE(back.is_video);
    EXPECT_TRUE(back.complete);
    EXPECT_EQ(back.frames_lost, 28);
    EXPECT_EQ(back.frames_in_file, 60);
    EXPECT_EQ(back.grid, 24);
    EXPECT_EQ(back.crop, groups.crop);
    ASSERT_EQ(back.frames.size(), 3u);
    EXPECT_EQ(back.frames[1].frame_index, 30);
    EXPECT_EQ(back.frames[1].time_s, groups.frames[1].time_s);
    EXPECT_EQ(back.frames[2].picture, "/cache/f2.jpg");
    for (int s = 0; s < 3; ++s) {
        const StageGroups &want = groups.events[1].stages[s], &got = back.events.at(1).stages[s];
        EXPECT_EQ(got.patch_to_group, want.patch_to_group);
        EXPECT_EQ(got.sizes, want.sizes);
        EXPECT_EQ(got.centers, want.centers);
        EXPECT_EQ(got.center_patches, want.center_patches);
        EXPECT_EQ(got.density, want.density);
        EXPECT_EQ(got.distance, want.distance);
    }
    EXPECT_EQ(back.events[0].frames, (std::vector<int>{0, 1}));
    EXPECT_EQ(back.frame_density, groups.frame_density);
    EXPECT_EQ(back.frame_distance, groups.frame_distance);
    EXPECT_EQ(back.event_centers, groups.event_centers);
}

TEST(EngineProtocol, WrongEventsNameTheField) {
    EXPECT_THAT(event_error(R"({"id":1,"event":"sing"})"), HasSubstr("\"sing\""));
    EXPECT_THAT(event_error(R"({"id":1,"event":"token","token":"x"})"), HasSubstr("event.token"));
    EXPECT_THAT(event_error(R"({"id":1,"event":"token","attention":[[1],["x"]]})"),
                HasSubstr("event.attention"));
    EXPECT_THAT(event_error(R"({"id":1,"event":"done","finish":"tired"})"),
                HasSubstr("event.finish"));
    EXPECT_THAT(event_error(R"({"id":1,"event":"groups"})"), HasSubstr("event.groups is missing"));
    EXPECT_THAT(event_error(R"({"id":1,"event":"groups","groups":{"grid":0}})"),
                HasSubstr("groups.grid"));
    EXPECT_THAT(event_error(R"({"id":1,"event":"groups","groups":{"crop":[1,2]}})"),
                HasSubstr("groups.crop"));
    EXPECT_THAT(event_error(R"({"id":1,"event":"groups","groups":{"frames":[{"stages":[{}]}]}})"),
                HasSubstr("groups.frames[0].stages must hold exactly 3"));
    EXPECT_THAT(event_error(R"({"id":1,"event":"groups","groups":{"events":[{"frames":[0]}]}})"),
                HasSubstr("groups.events[0].frames"));
    EXPECT_THAT(event_error(R"({"id":1,"event":"groups","groups":{"frames":[{"stages":[
        {"sizes":[1],"patch_to_group":[0,1]},{},{}]}]}})"),
                HasSubstr("groups.frames[0].stages[0].patch_to_group"));
}

TEST(EngineProtocol, InvalidUtf8IsReplaced) {
    const auto token = std::get<TokenEvent>(parse_event(to_line(Event{1, TokenEvent{"a\xff"
                                                                                    "b",
                                                                                    1,
                                                                                    0,
                                                                                    {}}}))
                                                .body);
    EXPECT_EQ(token.text,
              "a\xEF\xBF\xBD"
              "b");
}

/// Every path arrives byte by byte, and is readable to who knows nothing of path_bytes.
TEST(EngineProtocol, PathsKeepEveryByte) {
    const std::string path = "/bad\xc3name.jpg";
    AskRequest ask;
    ask.media = {path, "/good.jpg"};
    ask.history = {{{path}, "What?", "That."}};
    const std::string line = to_line(Request{1, ask});
    EXPECT_THAT(line, HasSubstr(R"({"path":"/bad)"));
    EXPECT_THAT(line, HasSubstr(R"("path_bytes":"/bad%C3name.jpg")"));
    const auto back = std::get<AskRequest>(parse_request(line).body);
    EXPECT_EQ(back.media, ask.media);
    EXPECT_EQ(back.history[0].media[0], path);
    EXPECT_EQ(
        std::get<EncodeRequest>(round_trip(Request{1, EncodeRequest{"c", path, 8}}).body).medium,
        path);
    LoadRequest load;
    load.model = load.model_base = load.vision_tower = path;
    load.check_only = true;
    const auto loading = std::get<LoadRequest>(round_trip(Request{1, load}).body);
    EXPECT_EQ(loading.model + loading.model_base + loading.vision_tower, path + path + path);
    EXPECT_TRUE(loading.check_only);
    EXPECT_EQ(
        std::get<MediaProgressEvent>(round_trip(Event{1, MediaProgressEvent{path, 1, 1, 2}}).body)
            .medium,
        path);
    GroupsEvent groups{video_groups()};
    groups.groups.source = groups.groups.frames[0].picture = path;
    const auto shown = std::get<GroupsEvent>(round_trip(Event{1, groups}).body).groups;
    EXPECT_EQ(shown.source, path);
    EXPECT_EQ(shown.frames[0].picture, path);
    EXPECT_EQ(to_json(groups.groups).at("path_bytes"), "/bad%C3name.jpg");
}

TEST(TokenGroups, OffsetsFollowTheOrderOfTheVisualTokens) {
    const TokenGroups video = video_groups();
    EXPECT_EQ(video.num_tokens(), 8 + 4 + 2 + 6 + 4 + 2);
    EXPECT_EQ(video.token_offset(0, 0), 0);
    EXPECT_EQ(video.token_offset(0, 1), 8);
    EXPECT_EQ(video.token_offset(0, 2), 12);
    EXPECT_EQ(video.token_offset(1, 0), 14);
    EXPECT_EQ(video.token_offset(1, 2), 24);
    EXPECT_EQ(video.token_offset(2, 0), video.num_tokens());

    TokenGroups picture;
    EXPECT_EQ(picture.num_tokens(), 0);
    picture.frames.push_back({0, 0, "/p.jpg", {stage(64), stage(32), stage(16)}});
    EXPECT_EQ(picture.num_tokens(), 112);
    EXPECT_EQ(picture.token_offset(0, 2), 96);
}

}  // namespace
}  // namespace univi::protocol
