#pragma once

#include "core/protocol/engine_protocol.h"
#include "core/protocol/fields.h"
#include "core/protocol/token_group_fields.h"

// The fields of univi-engine's requests and events (core/protocol/fields.h); the functions of
// engine_protocol.h, which write and read them, are defined beside them.
namespace univi::protocol {

template <>
struct EnumNames<Sight> {
    static constexpr std::pair<Sight, const char*> kNames[] = {
        {Sight::Pictures, "pictures"},
        {Sight::NoProjector, "no_projector"},
        {Sight::NoVisionTower, "no_vision_tower"}};
};

template <>
struct EnumNames<Finish> {
    static constexpr std::pair<Finish, const char*> kNames[] = {
        {Finish::Stop, "stop"}, {Finish::Length, "length"}, {Finish::Stopped, "stopped"}};
};

template <>
struct EnumNames<WhatIfRank> {
    static constexpr std::pair<WhatIfRank, const char*> kNames[] = {
        {WhatIfRank::None, "none"}, {WhatIfRank::Groups, "groups"}, {WhatIfRank::Events, "events"}};
};

template <>
struct EnumNames<ContextPolicy> {
    static constexpr std::pair<ContextPolicy, const char*> kNames[] = {
        {ContextPolicy::Refuse, "refuse"},
        {ContextPolicy::KeepMedia, "keep_media"},
        {ContextPolicy::DropMedia, "drop_media"}};
};

template <>
struct EnumNames<PromptKind> {
    static constexpr std::pair<PromptKind, const char*> kNames[] = {
        {PromptKind::Text, "text"},
        {PromptKind::Control, "control"},
        {PromptKind::Visual, "visual"}};
};

template <class V>
void fields(V& v, GenerationDefaults& defaults) {
    v("temperature", defaults.temperature);
    v("top_p", defaults.top_p);
    v("top_k", defaults.top_k);
    v("repetition_penalty", defaults.repetition_penalty);
    v("max_new_tokens", defaults.max_new_tokens);
}

template <class V>
void fields(V& v, GenerationOptions& options) {
    v("conv", options.conv);
    v.sparse("system", options.system);
    v.sparse("temperature", options.temperature);
    v.sparse("top_p", options.top_p);
    v.sparse("top_k", options.top_k);
    v.sparse("repetition_penalty", options.repetition_penalty);
    v.sparse("max_new_tokens", options.max_new_tokens);
    v("seed", options.seed);
    v("max_frames", options.max_frames);
    v.sparse("when_full", options.when_full);
}

template <class V>
void fields(V& v, PastTurn& turn) {
    v.paths("media", turn.media);
    v("question", turn.question);
    v("reply", turn.reply);
    v.sparse("clips", turn.clips);
}

template <class V>
void fields(V& v, LoadRequest& load) {
    v.path("model", load.model, "model_bytes");
    v.path("model_base", load.model_base, "model_base_bytes");
    v.path("vision_tower", load.vision_tower, "vision_tower_bytes");
    v("device", load.device);
    v("dtype", load.dtype);
    v("threads", load.threads);
    v("cache_dtype", load.cache_dtype);
    v.sparse("check_only", load.check_only);
}

/// Of an EstimateRequest and a PreviewRequest too.
template <class V>
void fields(V& v, AskRequest& ask) {
    v("conversation", ask.conversation);
    v("history", ask.history);
    v.paths("media", ask.media);
    v("question", ask.question);
    v("options", ask.options);
    v.sparse("clips", ask.clips);
    v.sparse("earlier_turns", ask.earlier_turns);
}

template <class V>
void fields(V& v, EncodeRequest& encode) {
    v("conversation", encode.conversation);
    v.required_path("medium", encode.medium);
    v("max_frames", encode.max_frames);
    v.sparse("clip", encode.clip);
    v.sparse("passing", encode.passing);
}

template <class V>
void fields(V& v, StopRequest& stop) {
    v.required("target", stop.target);
}

template <class V>
void fields(V& v, ForgetRequest& forget) {
    v.required("conversation", forget.conversation);
}

template <class V>
void fields(V& v, TokenLimitRequest& limit) {
    v.required("bytes", limit.bytes);
}

template <class V>
void fields(V& v, FindRequest& find) {
    v("conversation", find.conversation);
    v.required_path("medium", find.medium);
    v.required("phrase", find.phrase);
    v("max_frames", find.max_frames);
    v.sparse("clip", find.clip);
}

template <class V>
void fields(V& v, FoundEvent& found) {
    v("nearness", found.nearness);
    v("scale", found.scale);
}

template <class V>
void fields(V& v, WhatIfRequest& ask) {
    v.required_path("medium", ask.medium);
    v.required("question", ask.question);
    v("options", ask.options);
    v.sparse("left_out", ask.left_out);
    v.sparse("stages", ask.stages);
    v.sparse("temporal_rate", ask.temporal_rate);
    v.sparse("neighbors", ask.neighbors);
    v.sparse("rank", ask.rank);
    v.sparse("clip", ask.clip);
    v.sparse("seed", ask.seed);
    v.check([&](const JsonFields& object) {
        if (!ask.stages.empty() && ask.stages.size() != 3)
            object.fail("stages", "must be three numbers");
    });
}

template <class V>
void fields(V& v, AttentionChoice& choice) {
    v.sparse("layer", choice.layer);
    v.sparse("head", choice.head);
}

template <class V>
void fields(V& v, AttentionRequest& again) {
    fields(v, static_cast<AskRequest&>(again));
    v.required("reply", again.reply);
    v("choice", again.choice);
}

template <class V>
void fields(V& v, AttentionSink& sink) {
    v.sparse("text", sink.text);
    v("medium", sink.medium);
    v("visual", sink.visual);
    v("share", sink.share);
}

template <class V>
void fields(V& v, AttentionEvent& event) {
    v("sinks", event.sinks);
}

template <class V>
void fields(V& v, ReadyEvent& ready) {
    v("version", ready.version);
    v("protocol", ready.protocol);
}

template <class V>
void fields(V& v, LoadProgressEvent& progress) {
    v("fraction", progress.fraction);
    v("what", progress.what);
}

template <class V>
void fields(V&, CheckedEvent&) {}

template <class V>
void fields(V& v, MemoryNeed& need) {
    v("dtype", need.dtype);
    v("weights", need.weights);
    v("cache", need.cache);
    v("fits", need.fits);
}

template <class V>
void fields(V& v, DevicePlace& place) {
    v("device", place.device);
    v("first_layer", place.first_layer);
    v("layers", place.layers);
    v("front", place.front);
    v("head", place.head);
    v("weights", place.weights);
    v("cache", place.cache);
    v("workspace", place.workspace);
    v("free", place.free);
}

template <class V>
void fields(V& v, LoadedEvent& loaded) {
    v.path("model", loaded.model);
    v("name", loaded.name);
    v("device", loaded.device);
    v("dtype", loaded.dtype);
    v("parameters", loaded.parameters);
    v("bytes", loaded.bytes);
    v("memory", loaded.memory);
    v("places", loaded.places);
    v("context", loaded.context);
    v("templates", loaded.templates);
    v("generation", loaded.generation);
    v("sight", loaded.sight);
    v("sight_note", loaded.sight_note);
    v("layers", loaded.layers);
    v("heads", loaded.heads);
}

template <class V>
void fields(V& v, MediaProgressEvent& progress) {
    v.path("medium", progress.medium);
    v("frames_decoded", progress.frames_decoded);
    v("frames_encoded", progress.frames_encoded);
    v("frames_total", progress.frames_total);
}

template <class V>
void fields(V& v, GroupsEvent& event) {
    v.required("groups", event.groups);
}

template <class V>
void fields(V& v, PromptEvent& prompt) {
    v("prompt_tokens", prompt.prompt_tokens);
    v("visual_tokens", prompt.visual_tokens);
    v("reused_tokens", prompt.reused_tokens);
    v.sparse("dropped_turns", prompt.dropped_turns);
    v.sparse("dropped_media", prompt.dropped_media);
}

template <class V>
void fields(V& v, TokenEvent& token) {
    v("text", token.text);
    v("token", token.token);
    v("log_probability", token.log_probability);
    v.sparse("attention", token.attention);
}

template <class V>
void fields(V& v, DoneEvent& done) {
    v("reply", done.reply);
    v("ids", done.ids);
    v("finish", done.finish);
    v("prompt_tokens", done.prompt_tokens);
    v("visual_tokens", done.visual_tokens);
    v("first_token_s", done.first_token_s);
    v("decode_tokens_per_s", done.decode_tokens_per_s);
    v.sparse("dropped_turns", done.dropped_turns);
    v.sparse("dropped_media", done.dropped_media);
}

template <class V>
void fields(V& v, ErrorEvent& error) {
    v("kind", error.kind);
    v("message", error.message);
    v.sparse("model_kept", error.model_kept);
}

template <class V>
void fields(V& v, EstimateEvent& estimate) {
    v("text_tokens", estimate.text_tokens);
    v("media_tokens", estimate.media_tokens);
    v("capacity", estimate.capacity);
    v.sparse("dropped_turns", estimate.dropped_turns);
    v.sparse("dropped_media", estimate.dropped_media);
    v.sparse("prompt_tokens", estimate.prompt_tokens);
}

template <class V>
void fields(V& v, PromptPiece& piece) {
    v("kind", piece.kind);
    v("id", piece.id);
    v("text", piece.text);
    v("tokens", piece.tokens);
}

template <class V>
void fields(V& v, PreviewEvent& preview) {
    v("pieces", preview.pieces);
    v("text_tokens", preview.text_tokens);
    v("visual_tokens", preview.visual_tokens);
    v("capacity", preview.capacity);
    v.sparse("dropped_turns", preview.dropped_turns);
    v.sparse("dropped_media", preview.dropped_media);
}

template <class V>
void fields(V& v, WhatIfEvent& variant) {
    v("left_out", variant.left_out);
    v.sparse("name", variant.name);
    v.sparse("rank", variant.rank);
    v("reply", variant.reply);
    v("visual_tokens", variant.visual_tokens);
    v("prompt_tokens", variant.prompt_tokens);
    v("log_probability", variant.log_probability);
    v("fall", variant.fall);
    v("token_log_probabilities", variant.token_log_probabilities);
    v.sparse("groups", variant.groups);
}

template <class V>
void fields(V& v, WhatIfProgressEvent& progress) {
    v("done", progress.done);
    v("total", progress.total);
}

template <>
inline constexpr const char* kMessageName<LoadRequest> = "load";
template <>
inline constexpr const char* kMessageName<AskRequest> = "ask";
template <>
inline constexpr const char* kMessageName<EncodeRequest> = "encode";
template <>
inline constexpr const char* kMessageName<StopRequest> = "stop";
template <>
inline constexpr const char* kMessageName<ForgetRequest> = "forget";
template <>
inline constexpr const char* kMessageName<EstimateRequest> = "estimate";
template <>
inline constexpr const char* kMessageName<TokenLimitRequest> = "token_limit";
template <>
inline constexpr const char* kMessageName<FindRequest> = "find";
template <>
inline constexpr const char* kMessageName<FoundEvent> = "found";
template <>
inline constexpr const char* kMessageName<ReadyEvent> = "ready";
template <>
inline constexpr const char* kMessageName<LoadProgressEvent> = "load_progress";
template <>
inline constexpr const char* kMessageName<CheckedEvent> = "checked";
template <>
inline constexpr const char* kMessageName<LoadedEvent> = "loaded";
template <>
inline constexpr const char* kMessageName<MediaProgressEvent> = "media_progress";
template <>
inline constexpr const char* kMessageName<GroupsEvent> = "groups";
template <>
inline constexpr const char* kMessageName<PromptEvent> = "prompt";
template <>
inline constexpr const char* kMessageName<TokenEvent> = "token";
template <>
inline constexpr const char* kMessageName<DoneEvent> = "done";
template <>
inline constexpr const char* kMessageName<ErrorEvent> = "error";
template <>
inline constexpr const char* kMessageName<EstimateEvent> = "estimate";
template <>
inline constexpr const char* kMessageName<PreviewRequest> = "preview";
template <>
inline constexpr const char* kMessageName<PreviewEvent> = "preview";
template <>
inline constexpr const char* kMessageName<WhatIfRequest> = "what_if";
template <>
inline constexpr const char* kMessageName<WhatIfEvent> = "what_if";
template <>
inline constexpr const char* kMessageName<AttentionRequest> = "attention";
template <>
inline constexpr const char* kMessageName<AttentionEvent> = "attention";
template <>
inline constexpr const char* kMessageName<WhatIfProgressEvent> = "what_if_progress";

}  // namespace univi::protocol
