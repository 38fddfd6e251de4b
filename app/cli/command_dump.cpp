#include <memory>

#include "app/cli/commands.h"
#include "app/cli/media_arguments.h"
#include "app/cli/terminal.h"

namespace univi::cli {

namespace {

struct DumpArguments {
    MediaArguments media;
    GenerationArguments generation;
    session::DumpOptions dump;
};

void run(const SharedOptions& shared, const DumpArguments& arguments) {
    session::EngineOptions options = shared.engine;
    options.reads_as_reference = true;  // as the reference reads files
    const auto engine = loadEngine(options);
    session::DumpOptions dump = arguments.dump;
    dump.question.options = arguments.generation.get();
    arguments.media.fill(dump.question);
    ProgressLine progress;
    session::Observer observer;
    observer.on_media_progress = [&](const auto& event) { showMediaProgress(progress, event); };
    observer.on_groups = [&](int, const auto& groups) { showDamage(progress, groups); };
    engine->start_conversation()->dump(dump, observer, base::stop_on_signals().get_token());
}

}  // namespace

void addDumpCommand(CommandSet& commands) {
    auto* command = addSubcommand(commands, "dump",
                                  "Writes every intermediate tensor of one question; files are "
                                  "read as the reference does");
    const auto arguments = std::make_shared<DumpArguments>();
    arguments->media.addTo(*command);
    arguments->generation.addTemplateTo(*command);
    command->add_option("--prompt", arguments->dump.question.text, "The question")
        ->type_name("P")
        ->required();
    command->add_flag("--all-logits", arguments->dump.all_logits,
                      "Also the logits at every position");
    command
        ->add_option("--frame-noise", arguments->dump.frame_noise,
                     "The reference's random numbers for the frames: frame_noise or "
                     "media<i>/frame_noise [T]")
        ->type_name("F");
    command
        ->add_option("--token-noise", arguments->dump.token_noise,
                     "The same for tokens: media<i>/ctm<s> [T,n], media<i>/event<j>/ctm<s> [n]")
        ->type_name("F");
    command->add_option("--out", arguments->dump.out, "The safetensors file")
        ->type_name("F")
        ->required();
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] { run(commands.shared, *arguments); };
    });
}

}  // namespace univi::cli
