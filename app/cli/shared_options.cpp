#include "app/cli/shared_options.h"

#include "app/cli/terminal.h"
#include "core/base/media_cache.h"
#include "core/base/stop_token.h"

namespace univi::cli {

void addSharedOptions(CLI::App& app, SharedOptions& options) {
    auto& engine = options.engine;
    const char* group = "Model";
    app.add_option(
           "--model", engine.model,
           "Model folder, or a repository in the Hugging Face cache; default: the demo model")
        ->type_name("DIR")
        ->group(group);
    app.add_option("--model-base", engine.model_base, "Base model of a LoRA or projector folder")
        ->type_name("DIR")
        ->group(group);
    app.add_option("--vision-tower", engine.vision_tower,
                   "Vision tower folder; default: as config.json says")
        ->type_name("DIR")
        ->group(group);
    app.add_option("--device", engine.device,
                   "auto, cpu, cuda or cuda:N; several that share the model: cuda:0,1")
        ->type_name("D")
        ->group(group)
        ->capture_default_str();
    app.add_option("--max-memory", engine.max_memory,
                   "What each device may hold: 0:10GiB,1:20GiB,cpu:16GiB; default: what is free")
        ->type_name("SIZES")
        ->group(group);
    app.add_option("--dtype", engine.dtype,
                   "Precision: auto, fp32, fp16, bf16, or weights in int8 or int4")
        ->type_name("T")
        ->group(group)
        ->capture_default_str();
    app.add_option("--cache-dtype", engine.cache_dtype,
                   "Keys and values of the context: auto, or int8, which takes half the memory")
        ->type_name("T")
        ->check(CLI::IsMember({"auto", "int8"}))
        ->group(group)
        ->capture_default_str();
    app.add_option("--threads", engine.threads, "Threads to compute with; 0: all cores")
        ->type_name("N")
        ->group(group)
        ->capture_default_str();
    app.add_option("--prompt-lookup-num-tokens", engine.prompt_lookup_num_tokens,
                   "Tokens guessed ahead from what was said before, 0 to 3; replies stay the same")
        ->type_name("N")
        ->check(CLI::Range(0, 3))
        ->group(group)
        ->capture_default_str();
    app.add_option(
           "--placement", engine.placement,
           "Where visual tokens go: interleaved (in place) or reference (as the published code)")
        ->type_name("P")
        ->group(group)
        ->capture_default_str();
    app.add_option("--trace", options.trace,
                   "Write where the time goes, for chrome://tracing or Perfetto")
        ->type_name("FILE")
        ->group(group);
}

void keepForLaterStarts(session::EngineOptions& options) {
    options.token_folder = base::visual_token_folder().string();
    options.opening_folder = base::prompt_opening_folder().string();
}

std::unique_ptr<session::Engine> loadEngine(const session::EngineOptions& options,
                                            const session::Engine::Progress& told) {
    ProgressLine progress;
    return session::Engine::load(
        options,
        [&](double fraction, const std::string& what) {
            if (told) told(fraction, what);
            progress.show("loading " + std::to_string(static_cast<int>(fraction * 100)) + " %  " +
                          what);
        },
        base::stop_on_signals().get_token());
}

}  // namespace univi::cli
