#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/clip_range.h"
#include "core/base/json.h"
#include "core/base/sampling_options.h"
#include "core/protocol/token_groups.h"

namespace univi::protocol {

// univi-engine: one JSON object a line, requests on stdin, events on stdout. A request has an `id`,
// and the events it causes carry it. Requests are worked on in the order of their lines but for
// three kinds: a stop acts at once, a load that only checks runs beside the others, and what is no
// request is refused at once. A stop and a forget have no answer. Conversations are named by the
// app, which holds them and can restore them. Paths are any bytes: where one is no UTF-8, a field
// path_bytes (of a load request model_bytes, model_base_bytes, vision_tower_bytes) has it in
// percent-encoding, and an element of a list of media is {"path": …, "path_bytes": …}.

/// How a model wants its replies made: what its generation_config.json says, which has no seed.
using GenerationDefaults = base::SamplingOptions;

/// What is done with a conversation that is longer than the model's context.
enum class ContextPolicy {
    Refuse,     ///< the question is answered with an error
    KeepMedia,  ///< the oldest turns go, their pictures and videos stay
    DropMedia   ///< the oldest turns go with their pictures and videos
};

/// What is not set is the loaded model's own (LoadedEvent::generation).
struct GenerationOptions {
    /// template; "default": the model's own (univi_conv of config.json, else simple)
    std::string conv = "default";
    std::optional<std::string> system;
    std::optional<double> temperature;  ///< 0: greedy
    std::optional<double> top_p;
    std::optional<int> top_k;  ///< 0: all
    std::optional<double> repetition_penalty;
    std::optional<int> max_new_tokens;
    std::uint64_t seed = 42;
    int max_frames = 64;
    ContextPolicy when_full = ContextPolicy::Refuse;
};

/// A turn that is already finished; lets a fresh engine carry on with a conversation.
struct PastTurn {
    std::vector<std::string> media;  ///< files, pictures or videos
    std::string question, reply;
    std::vector<base::ClipRange> clips{};  ///< per medium; missing ones are whole
};

struct LoadRequest {
    std::string model, model_base, vision_tower;  ///< empty model: the demo model
    std::string device = "auto", dtype = "auto";
    int threads = 0;
    std::string cache_dtype = "auto";  ///< of keys and values: auto or int8
    bool operator==(const LoadRequest&) const = default;
    /// Only says whether it would load, from configuration, tokenizer and the weights' names and
    /// shapes: answered with a CheckedEvent or an ErrorEvent. What is loaded stays.
    bool check_only = false;
};
struct AskRequest {
    std::string conversation;
    /// all turns before this one; the engine reuses what it still has of them
    std::vector<PastTurn> history;
    std::vector<std::string> media;  ///< new media of this turn
    std::string question;
    GenerationOptions options;
    std::vector<base::ClipRange> clips{};  ///< per medium of this turn; missing ones are whole
    /// Turns before and between those of `history` that have no media and are left out of it,
    /// because no context holds what follows them; they count as dropped.
    int earlier_turns = 0;
};
/// Encodes a medium at once (dropped on the window) so that its groups show before a
/// question is asked.
struct EncodeRequest {
    std::string conversation;
    std::string medium;
    int max_frames = 64;
    base::ClipRange clip{};
    /// One of many windows of something that goes on: its visual tokens are not kept on disk, and
    /// frames that the window before it had are not run through the vision tower again.
    bool passing = false;
};
/// How much of the context a question would take. Reads no file: what is not encoded yet is counted
/// as far as its kind says.
struct EstimateRequest : AskRequest {};
/// The prompt that a question would make, token by token. Reads no file, as an EstimateRequest.
/// Answered with a PreviewEvent.
struct PreviewRequest : AskRequest {};
struct StopRequest {
    std::int64_t target = 0;
};  ///< id of the request to stop
struct ForgetRequest {
    std::string conversation;
};  ///< frees caches
/// How much of the visual tokens of media may be kept on disk for later starts. Holds for this
/// process from now on, whatever is loaded; has no answer.
struct TokenLimitRequest {
    std::int64_t bytes = 0;  ///< 0: none are read or written
};
/// Which visual tokens of a medium lie near a phrase; it is encoded first where it is not known.
/// Answered with a FoundEvent.
struct FindRequest {
    std::string conversation;
    std::string medium;
    std::string phrase;
    int max_frames = 64;
    base::ClipRange clip{};
};
/// What a WhatIfRequest leaves out in turn, to rank it.
enum class WhatIfRank { None, Groups, Events };
/// Asks about one medium as it is, and then with something changed; the vision tower runs once, and
/// not again while requests ask the same of the same file. Answered with a WhatIfEvent for every
/// variant, the medium as it is first, and with the first answer's DoneEvent at the end. A
/// conversation is not touched.
struct WhatIfRequest {
    std::string medium;
    std::string question;
    GenerationOptions options;
    /// Visual tokens to leave out, a variant each, as `univi-cli whatif --leave-out` takes them.
    std::vector<std::string> left_out;
    std::vector<double> stages;  ///< groups of the three stages; empty: the model's own
    std::optional<double> temporal_rate;
    std::optional<int> neighbors;        ///< k
    WhatIfRank rank = WhatIfRank::None;  ///< then there are no variants beside it
    base::ClipRange clip{};
    std::optional<std::uint64_t> seed{};  ///< of the variants' replies, in place of the options'
};
/// Which attention of the decoder is meant. What is not set is the mean over all of them.
struct AttentionChoice {
    std::optional<int> layer, head;  ///< from 0
    bool operator==(const AttentionChoice&) const = default;
};
/// What the words of a reply that was made before look at, in a layer or head. The question and
/// what stands before it are as they were asked. The reply runs through the decoder once more, of
/// its prompt only what is not held any more. Answered with a TokenEvent for every token, whose
/// log-probability is not computed, and with an AttentionEvent at the end.
struct AttentionRequest : AskRequest {
    std::string reply;
    AttentionChoice choice;
};
struct Request {
    std::int64_t id = 0;
    std::variant<LoadRequest, AskRequest, EncodeRequest, StopRequest, ForgetRequest,
                 EstimateRequest, TokenLimitRequest, FindRequest, WhatIfRequest, PreviewRequest,
                 AttentionRequest>
        body;
};

/// first line of the engine, id 0
struct ReadyEvent {
    std::string version;
    int protocol = 1;
};
struct LoadProgressEvent {
    double fraction = 0;
    std::string what;
};
/// What a model can be asked about.
enum class Sight {
    Pictures,      ///< pictures and videos, and text
    NoProjector,   ///< text only: a plain language model
    NoVisionTower  ///< text only: its vision tower was not found
};
/// Returns "pictures", "no_projector", "no_vision_tower".
std::string to_string(Sight sight);
struct CheckedEvent {};  ///< a LoadRequest with check_only: it would load
/// What a model takes of memory in one precision on the CPU, in bytes.
struct MemoryNeed {
    std::string dtype;         ///< fp32, bf16, fp16, int8 or int4
    std::int64_t weights = 0;  ///< decoder, projector and tower
    std::int64_t cache = 0;    ///< keys and values of a full context
    bool fits = true;          ///< both, in nine tenths of the machine's memory
};
/// What of a model lies on one device, in bytes.
struct DevicePlace {
    std::string device;               ///< "cuda:0", "cpu"
    int first_layer = 0, layers = 0;  ///< of the decoder
    bool front = false;               ///< vision tower, projector and embedding
    bool head = false;                ///< final norm and head
    std::int64_t weights = 0;
    std::int64_t cache = 0;      ///< keys and values of a full context
    std::int64_t workspace = 0;  ///< what is computed on the way, at most
    std::int64_t free = 0;       ///< before the model was loaded; 0: not bounded
};
struct LoadedEvent {
    std::string model, name, device, dtype;
    std::int64_t parameters = 0, bytes = 0;
    int context = 0;
    std::vector<std::string> templates;
    GenerationDefaults generation;  ///< what options that are not set mean for this model
    Sight sight = Sight::Pictures;
    /// why it sees no pictures and what to do: one sentence; empty when it does
    std::string sight_note;
    std::vector<MemoryNeed> memory;   ///< of each precision it can be loaded in, the widest first
    std::vector<DevicePlace> places;  ///< what lies where, in the order in which tokens pass
    int layers = 0, heads = 0;        ///< of the decoder: what an AttentionChoice chooses from
};
struct MediaProgressEvent {
    std::string medium;
    int frames_decoded = 0, frames_encoded = 0, frames_total = 0;
};
/// Sent when groups exist: for a video once after the first frames, then as more arrive (complete =
/// false), then whole.
struct GroupsEvent {
    TokenGroups groups;
};
/// prefill begins
struct PromptEvent {
    int prompt_tokens = 0, visual_tokens = 0, reused_tokens = 0;
    /// What the prompt goes without (GenerationOptions::when_full): the oldest turns, and media.
    int dropped_turns = 0, dropped_media = 0;
};
struct TokenEvent {
    std::string text;  ///< new text that became certain (may be empty)
    std::int32_t token = 0;
    double log_probability = 0;
    /// per medium, per visual token; empty when not asked for
    std::vector<std::vector<float>> attention;
};
/// Why a reply ended.
enum class Finish {
    Stop,    ///< the model ended it
    Length,  ///< max_new_tokens or the context did
    Stopped  ///< a StopRequest did
};
/// Returns "stop", "length", "stopped".
std::string to_string(Finish finish);
struct DoneEvent {
    std::string reply;  ///< whole text, trimmed
    std::vector<std::int32_t> ids;
    Finish finish = Finish::Stop;
    int prompt_tokens = 0, visual_tokens = 0;
    double first_token_s = 0, decode_tokens_per_s = 0;
    int dropped_turns = 0, dropped_media = 0;  ///< as PromptEvent has them
};
/// How near each visual token of a medium is to a phrase: the cosine between the token and the mean
/// embedding of the phrase's tokens, -1 to 1. It compares single directions of the model's input
/// space; it knows no grammar and has no threshold of its own.
struct FoundEvent {
    std::vector<float> nearness;
    /// what counts as near: the largest cosine, or twice what two random directions of this
    /// space have where that is more
    double scale = 0;
};
struct EstimateEvent {
    int text_tokens = 0;
    /// per medium of the history, then of the question; -1: known once it was read
    std::vector<int> media_tokens;
    int capacity = 0;  ///< what the prompt and the reply share
    /// What the prompt would go without (GenerationOptions::when_full), and what is left of it.
    int dropped_turns = 0, dropped_media = 0;
    int prompt_tokens = 0;
};
/// What a token of a prompt is.
enum class PromptKind {
    Text,     ///< of the template, the questions or the replies
    Control,  ///< begins or ends something; never made of what a person types
    Visual    ///< the visual tokens of a medium, as one piece
};
struct PromptPiece {
    PromptKind kind = PromptKind::Text;
    std::int32_t id = 0;  ///< not of Visual
    std::string text;     ///< of Visual the file's name; a raw byte is "<0xE4>"
    int tokens = 1;       ///< of Visual how many; -1: known once it was read
    bool operator==(const PromptPiece&) const = default;
};
/// A prompt as the language model would read it, without what is dropped.
struct PreviewEvent {
    std::vector<PromptPiece> pieces;
    int text_tokens = 0, visual_tokens = 0;
    int capacity = 0;
    int dropped_turns = 0, dropped_media = 0;
};
/// A variant of a WhatIfRequest. Those of a ranking come when all are known, what the answer misses
/// most first.
struct WhatIfEvent {
    std::vector<int> left_out;  ///< visual tokens by number
    std::string name;           ///< of a ranked one: "2:5", "1:2:5" of a video, "event:1"
    int rank = 0;               ///< from 1; 0: not ranked
    std::string reply;          ///< empty for a ranked one
    int visual_tokens = 0, prompt_tokens = 0;
    double log_probability = 0;  ///< of the first answer under this variant's prompt
    double fall = 0;             ///< of it beside the medium as it is
    std::vector<double> token_log_probabilities;  ///< of each token of the first answer
    std::optional<TokenGroups> groups;            ///< of a medium that is merged otherwise
};
/// How far a ranking is.
struct WhatIfProgressEvent {
    int done = 0, total = 0;
};
/// A position of a prompt that nearly every word of a reply looks at, whatever it says
/// (core/protocol/attention_sinks.h).
struct AttentionSink {
    std::string text;              ///< of its token, "<s>"; empty for a visual token
    int medium = -1, visual = -1;  ///< which visual token of which medium; -1: it is text
    double share = 0;              ///< of the attention, the mean over the reply's words
};
struct AttentionEvent {
    std::vector<AttentionSink> sinks;  ///< what draws most first
};
/// One sentence; the request is over, the engine goes on. Of a LoadRequest, `model_kept`: the model
/// from before is loaded as ever.
struct ErrorEvent {
    std::string kind, message;
    bool model_kept = false;
};
struct Event {
    std::int64_t id = 0;
    std::variant<ReadyEvent, LoadProgressEvent, CheckedEvent, LoadedEvent, MediaProgressEvent,
                 GroupsEvent, PromptEvent, TokenEvent, DoneEvent, ErrorEvent, EstimateEvent,
                 FoundEvent, WhatIfEvent, WhatIfProgressEvent, PreviewEvent, AttentionEvent>
        body;
};

/// One line without the newline. Invalid UTF-8 in strings is replaced, never thrown on.
std::string to_line(const Request& request);
std::string to_line(const Event& event);
/// Throws base::Error{Format} naming the field.
Request parse_request(const std::string& line);
Event parse_event(const std::string& line);

/// Returns the options with the model's own values where they say nothing.
base::SamplingOptions sampling_of(const GenerationOptions& options,
                                  const GenerationDefaults& model);
/// Sets all of the options that `sampling` holds.
void set_sampling(GenerationOptions& options, const base::SamplingOptions& sampling);

base::Json to_json(const GenerationDefaults& defaults);
base::Json to_json(const DevicePlace& place);

}  // namespace univi::protocol
