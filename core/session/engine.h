#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/stop_token.h"
#include "core/protocol/engine_protocol.h"

namespace univi::session {

// The only door for univi-engine, univi-cli and serve: plain C++ types, no Torch, FFmpeg or Qt.

struct EngineOptions {
    /// empty model: the demo model of the resources folder
    std::string model, model_base, vision_tower;
    std::string device = "auto";  ///< auto | cpu | cuda[:N]
    /// auto | fp32 | fp16 | bf16 (int8 and int4 are answered with a sentence)
    std::string dtype = "auto";
    int threads = 0;                        ///< 0: all cores
    std::string placement = "interleaved";  ///< interleaved | reference
    bool with_attention = false;            ///< record what every reply token looked at
    std::string picture_folder;  ///< where frames shown to people are stored; empty: not stored
    /// Read pictures and videos as the reference does, not as people see them (media::Reading).
    bool reads_as_reference = false;
};

struct TensorBytes {
    std::string dtype;
    std::int64_t tensors = 0, bytes = 0;
};
struct ModelInfo {
    std::string folder, vision_tower, architecture, device, dtype;
    std::string default_template;             ///< config.json's "univi_conv", else "simple"
    std::vector<std::string> templates;       ///< all known ones, the default first
    protocol::GenerationDefaults generation;  ///< what the model's own files ask for
    std::int64_t parameters_language = 0, parameters_vision = 0, parameters_projector = 0;
    std::vector<TensorBytes> stored;
    int context = 0, layers = 0, hidden = 0, heads = 0, kv_heads = 0, vocab = 0;
    int image_size = 0, patch = 0, visual_tokens = 0;
    bool pad_to_square = false, use_cluster = true;
    std::vector<std::string> missing, unused;
    protocol::Sight sight = protocol::Sight::Pictures;
    std::string sight_note;  ///< why the model answers text only and what to do; else empty
};

/// Called on the engine's thread. All optional.
struct Observer {
    std::function<void(const protocol::MediaProgressEvent&)> on_media_progress;
    std::function<void(const protocol::TokenGroups&)> on_groups;
    std::function<void(const protocol::PromptEvent&)> on_prompt;
    std::function<void(const protocol::TokenEvent&)> on_token;
};

/// How a file is read: by its content, or as the caller says.
enum class MediumKind { Auto, Picture, Video };

/// One question of a conversation.
struct Question {
    std::vector<std::string> media;
    std::string text;
    /// conv "" or "default": ModelInfo::default_template; what is not set: ModelInfo::generation.
    protocol::GenerationOptions options;
    std::vector<MediumKind> kinds{};  ///< per medium; missing ones are Auto
    /// Words the reply begins with, put right behind the prompt ("ROLE:" and nothing between); the
    /// model goes on from them. Not part of DoneEvent::reply. Plain characters.
    std::string reply_start{};
};

class Conversation;

/// A loaded model on a device. Not thread-safe: one thread owns it; stop tokens may be fired
/// from any thread.
class Engine {
  public:
    using Progress = std::function<void(double fraction, const std::string& what)>;
    /// Throws base::Error, one sentence.
    static std::unique_ptr<Engine> load(const EngineOptions& options, const Progress& progress = {},
                                        const base::StopToken& stop = {});
    ~Engine();
    const ModelInfo& info() const;
    /// The conversation must not outlive the engine.
    std::unique_ptr<Conversation> start_conversation();

    /// One line of text to ids (BOS first) and back.
    std::vector<std::int32_t> tokenize(const std::string& text) const;
    std::string detokenize(const std::vector<std::int32_t>& ids) const;

    struct Impl;
    Impl& impl() { return *impl_; }

  private:
    explicit Engine(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

struct DumpOptions {
    Question question;
    bool all_logits = false;
    std::string out;  ///< .safetensors
    /// safetensors with the reference's random terms (names: dump.cpp)
    std::string frame_noise, token_noise;
};

/// Turns and media of one conversation. Media are encoded once and kept; the key/value cache is
/// kept, so a follow-up question pays for its own tokens only.
class Conversation {
  public:
    ~Conversation();
    /// Replaces the history (restored from the app's store, or an edited turn). Keeps what is still
    /// valid of media and cache.
    void set_history(const std::vector<protocol::PastTurn>& turns);
    /// Encodes a medium now; groups through the observer. Kept for the next ask that names it.
    protocol::TokenGroups encode(const std::string& medium, int max_frames,
                                 const Observer& observer, const base::StopToken& stop = {},
                                 MediumKind kind = MediumKind::Auto);
    /// Asks and appends the turn. A stop returns what was said so far with finish "stopped" (a stop
    /// before the first token appends no turn). Errors leave the conversation as it was.
    protocol::DoneEvent ask(const Question& question, const Observer& observer,
                            const base::StopToken& stop = {});
    /// How much of the context the question would take, without reading or encoding anything: a
    /// picture counts as the model's tokens for one, a video that was not encoded yet as -1.
    protocol::EstimateEvent estimate(const Question& question) const;
    /// Unmodified fp32 logits [vocab] of the token that would follow the question (and its
    /// reply_start). Appends no turn; the prompt stays in the cache, so a following ask pays for
    /// one position. Throws as ask does, Error{Stopped} too.
    std::vector<float> next_logits(const Question& question, const Observer& observer = {},
                                   const base::StopToken& stop = {});
    /// The same for questions that know nothing of each other, run through the decoder together:
    /// one row each. Equal to asking one by one but for rounding.
    std::vector<std::vector<float>> next_logits_together(const std::vector<Question>& questions,
                                                         const Observer& observer = {},
                                                         const base::StopToken& stop = {});
    /// Writes every intermediate tensor (design: `dump`).
    void dump(const DumpOptions& options, const Observer& observer = {},
              const base::StopToken& stop = {});
    int turns() const;

    struct Impl;
    explicit Conversation(std::unique_ptr<Impl> impl);

  private:
    std::unique_ptr<Impl> impl_;
};

/// Finds out whether Engine::load would succeed, from configuration, tokenizer, device, and the
/// names and shapes of the weights, which stay mapped on the CPU: needs little memory beside a
/// loaded model. Throws base::Error as Engine::load does.
void check_model(const EngineOptions& options, const base::StopToken& stop = {});

/// Writes the loaded model (LoRA merged, projector in place, tower in a folder inside) as a
/// folder of safetensors shards that loads on its own. The folder appears whole or not at
/// all. Throws base::Error.
void convert(Engine& engine, const std::string& out, const base::StopToken& stop = {});

}  // namespace univi::session
