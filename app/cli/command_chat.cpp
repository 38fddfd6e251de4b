#include <unistd.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/media_arguments.h"
#include "app/cli/stream_files.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/protocol/engine_fields.h"

namespace univi::cli {

namespace {

struct ChatArguments {
    MediaArguments media;
    StreamFiles streams;
    GenerationArguments generation;
    std::vector<std::string> prompts;
    bool json = false;
    bool keep_tokens = false;
    protocol::ContextPolicy when_full = protocol::ContextPolicy::Refuse;
};

void addWhenFull(CLI::App& command, protocol::ContextPolicy& policy) {
    using protocol::ContextPolicy;
    const std::map<std::string, ContextPolicy> names = {{"refuse", ContextPolicy::Refuse},
                                                        {"keep-media", ContextPolicy::KeepMedia},
                                                        {"drop-media", ContextPolicy::DropMedia}};
    command
        .add_option("--when-full", policy,
                    "A conversation longer than the context: refuse it, or leave out its oldest "
                    "turns and keep-media or drop-media of theirs")
        ->transform(CLI::CheckedTransformer(names))
        ->type_name("refuse|keep-media|drop-media")
        ->default_str("refuse");
}

session::EngineOptions engineOptions(session::EngineOptions options, bool keep_tokens) {
    if (keep_tokens) keepForLaterStarts(options);
    return options;
}

base::Json toJson(const protocol::DoneEvent& done, const base::Json& damaged) {
    base::Json json = protocol::to_json_by_fields(done);
    json["damaged_media"] = damaged;
    return json;
}

void sayDropped(const protocol::PromptEvent& prompt) {
    const auto counted = [](int count, const char* one, const char* many) {
        return std::to_string(count) + ' ' + (count == 1 ? one : many);
    };
    if (prompt.dropped_turns == 0) return;
    std::string what = counted(prompt.dropped_turns, "turn", "turns");
    if (prompt.dropped_media > 0)
        what += " with " + counted(prompt.dropped_media, "picture or video", "pictures or videos");
    std::fprintf(stderr, "univi-cli: the oldest %s left out, the context is full.\n",
                 (what + (prompt.dropped_turns == 1 ? " is" : " are")).c_str());
}

/// One conversation on the command line.
class Chat {
  public:
    Chat(const SharedOptions& shared, const ChatArguments& arguments)
        : arguments_(arguments),
          stop_(base::stop_on_signals().get_token()),
          engine_(loadEngine(engineOptions(shared.engine, arguments.keep_tokens))),
          conversation_(engine_->start_conversation()) {}

    void run() {
        const std::string& note = engine_->info().sight_note;
        const bool has_media = !arguments_.media.images.empty() || !arguments_.media.videos.empty();
        if (!note.empty() && !has_media) std::fprintf(stderr, "univi-cli: %s\n", note.c_str());
        if (!arguments_.prompts.empty()) {
            for (const auto& prompt : arguments_.prompts) turn(prompt);
            return;
        }
        const bool terminal = isatty(STDIN_FILENO) != 0;
        for (auto line = nextLine(terminal); line; line = nextLine(terminal)) {
            if (line->empty()) continue;
            if (terminal)
                turnKeepingOn(*line);
            else
                turn(*line);
        }
    }

  private:
    std::optional<std::string> nextLine(bool terminal) {
        if (terminal) std::fputs("> ", stderr);
        return lines_.next(stop_);
    }

    /// At a terminal a wrong file or a full context is said, and the next question may be asked.
    void turnKeepingOn(const std::string& prompt) {
        try {
            turn(prompt);
        } catch (const base::Error& error) {
            if (error.kind() == base::ErrorKind::Stopped) throw;
            std::fprintf(stderr, "univi-cli: %s\n", error.what());
        }
    }

    void turn(const std::string& prompt) {
        session::Question question;
        question.text = prompt;
        question.options = arguments_.generation.get();
        question.options.when_full = arguments_.when_full;
        if (conversation_->turns() == 0) arguments_.media.fill(question);
        ProgressLine progress;
        session::Observer observer;
        observer.on_media_progress = [&](const auto& event) { showMediaProgress(progress, event); };
        base::Json damaged = base::Json::array();
        observer.on_groups = [&](int, const protocol::TokenGroups& groups) {
            showDamage(progress, groups);
            if (!groups.complete || groups.frames_lost == 0) return;
            base::Json medium = {{"frames_lost", groups.frames_lost},
                                 {"frames_in_file", groups.frames_in_file}};
            base::put_path(medium, "file", groups.source);
            damaged.push_back(std::move(medium));
        };
        observer.on_prompt = [&](const protocol::PromptEvent& prompt) {
            progress.clear();
            sayDropped(prompt);
        };
        observer.on_token = [&](const protocol::TokenEvent& token) {
            progress.clear();
            if (!arguments_.json && !token.text.empty()) print(token.text);
        };
        const auto done = conversation_->ask(question, observer, stop_);
        progress.clear();
        print(arguments_.json ? base::json_text(toJson(done, damaged)) + "\n" : "\n");
        if (done.finish == protocol::Finish::Stopped)
            throw base::Error(base::ErrorKind::Stopped, "The reply was stopped.");
    }

    const ChatArguments& arguments_;
    base::StopToken stop_;
    std::unique_ptr<session::Engine> engine_;
    std::unique_ptr<session::Conversation> conversation_;
    StdinLines lines_;
};

}  // namespace

void addChatCommand(CommandSet& commands) {
    auto* command = addSubcommand(commands, "chat",
                                  "One conversation about pictures and videos; the replies stream");
    const auto arguments = std::make_shared<ChatArguments>();
    arguments->media.addTo(*command);
    arguments->streams.addTo(*command);
    arguments->generation.addTemplateTo(*command);
    arguments->generation.addSamplingTo(*command);
    command
        ->add_option("--prompt", arguments->prompts,
                     "A question; more than one make one conversation. Without: a line of standard "
                     "input each")
        ->type_name("P")
        ->allow_extra_args(false);
    addWhenFull(*command, arguments->when_full);
    command->add_flag("--json", arguments->json,
                      "One JSON object a turn in place of the streamed reply");
    command->add_flag(
        "--keep-tokens", arguments->keep_tokens,
        "Keep what the model makes of the media and of the system prompt in the cache folder, and "
        "take it from there the next time");
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] {
            arguments->streams.record(arguments->media.videos, base::stop_on_signals().get_token());
            Chat(commands.shared, *arguments).run();
        };
    });
}

}  // namespace univi::cli
