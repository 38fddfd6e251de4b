#include "core/session/engine.h"

#include <ATen/Parallel.h>

#include "core/base/cores.h"
#include "core/base/error.h"
#include "core/media/image_file.h"
#include "core/model/tensor_memory.h"
#include "core/session/conversation_parts.h"
#include "core/session/load_options.h"
#include "core/session/loaded_model.h"
#include "core/session/medium_encoder.h"
#include "core/session/medium_store.h"
#include "core/session/model_export.h"
#include "core/session/opening_store.h"
#include "core/session/prompt_builder.h"
#include "core/session/prompt_cache.h"
#include "core/session/what_if.h"

namespace univi::session {

using base::Error;
using base::ErrorKind;

namespace {

model::VisualOrder parse_visual_order(const std::string& name) {
    if (name == "interleaved") return model::VisualOrder::Interleaved;
    if (name == "reference") return model::VisualOrder::Reference;
    throw Error(ErrorKind::Usage,
                "The placement " + name + " is not known: use interleaved or reference.");
}

media::Reading reading_of(const EngineOptions& options) {
    return options.reads_as_reference ? media::Reading::Reference : media::Reading::People;
}

MediumEncoder::Options encoder_options(const EngineOptions& options, const LoadedModel& loaded) {
    return {loaded.preprocess, reading_of(options), PictureStore(options.picture_folder),
            std::make_shared<FrameMemory>()};
}

KeptFiles::Options kept_in(const std::string& folder, const EngineOptions& options) {
    return {folder, options.token_limit, options.picture_folder};
}

}  // namespace

struct Engine::Impl {
    Impl(LoadedModel loaded, ModelInfo description, const EngineOptions& options)
        : model(std::move(loaded)),
          info(std::move(description)),
          encoder(*model.model, encoder_options(options, model)),
          store(model, kept_in(options.token_folder, options), reading_of(options)),
          openings(model, kept_in(options.opening_folder, options)),
          cache(model.model->language(), sequences_that_fit(model.model->language())),
          prompts(*model.tokenizer,
                  {info.default_template, parse_visual_order(options.placement), cache.capacity()}),
          with_attention(options.with_attention),
          guessed_tokens(options.prompt_lookup_num_tokens) {}

    ConversationParts parts() {
        return {model, info,     encoder,        store,         prompts,
                cache, openings, with_attention, guessed_tokens};
    }

    LoadedModel model;
    ModelInfo info;
    MediumEncoder encoder;
    MediumStore store;
    OpeningStore openings;
    /// Of the whole engine: the conversation that asks takes over what it shares with one of the
    /// last sequences, its own among them.
    PromptCache cache;
    PromptBuilder prompts;
    bool with_attention;
    int guessed_tokens;
};

void check_model(const EngineOptions& options, const base::StopToken& stop) {
    const c10::InferenceMode inference;
    parse_visual_order(options.placement);
    model::LoadOptions load = load_options(options, {}, stop);
    load.placement.device = c10::kCPU;
    load.rooms.clear();
    load.placement.quantize.reset();  // which takes its time and tells nothing
    load.placement.quantize_tokens = load.placement.quantize_tower = false;
    load.check_only = true;
    load_model(load);
}

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

std::unique_ptr<Engine> Engine::load(const EngineOptions& options, const Progress& progress,
                                     const base::StopToken& stop) {
    model::use_tensor_memory();
    const c10::InferenceMode inference;
    parse_visual_order(options.placement);  // before the weights are read
    at::set_num_threads(base::choose_threads(options.threads));
    const model::LoadOptions load = load_options(options, progress, stop);
    const auto prepared = media::prepare_to_read_images();  // beside the reading of the weights
    LoadedModel loaded = load_model(load);
    ModelInfo info = describe_model(loaded, load);
    return std::unique_ptr<Engine>(
        new Engine(std::make_unique<Impl>(std::move(loaded), std::move(info), options)));
}

const ModelInfo& Engine::info() const {
    return impl_->info;
}

std::unique_ptr<Conversation> Engine::start_conversation() {
    return std::make_unique<Conversation>(impl_->parts());
}

std::unique_ptr<WhatIf> Engine::start_what_if(const Question& question) {
    return std::make_unique<WhatIf>(impl_->parts(), question);
}

void Engine::set_token_limit(std::int64_t bytes) {
    impl_->store.set_limit(bytes);
    impl_->openings.set_limit(bytes);
}

void Engine::convert(const std::string& out, const base::StopToken& stop) const {
    const ModelInfo& info = impl_->info;
    export_model(impl_->model, info.vision_tower.empty() ? info.folder : info.vision_tower, out,
                 stop);
}

std::vector<std::int32_t> Engine::tokenize(const std::string& text) const {
    return impl_->model.tokenizer->encode_text(text, true);
}

}  // namespace univi::session
