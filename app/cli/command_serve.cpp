#include <cstdio>
#include <cstdlib>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/end_of_input.h"
#include "app/cli/media_arguments.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/protocol/serve_protocol.h"
#include "core/server/chat_server.h"

namespace univi::cli {

namespace lines = protocol::serve;

namespace {

struct ServeArguments {
    server::ServerOptions server;
    GenerationArguments generation;
    std::size_t largest_body_mb = 64;
    bool keep_tokens = false, ends_with_input = false, json = false;
};

server::ServerOptions serverOptions(const ServeArguments& arguments) {
    server::ServerOptions options = arguments.server;
    options.defaults = arguments.generation.get();
    options.largest_body = arguments.largest_body_mb << 20;
    const char* key = std::getenv("UNIVI_API_KEY");
    if (options.api_key.empty() && key) options.api_key = key;
    return options;
}

void say(const lines::Event& event) {
    print(lines::to_line(event) + "\n");
}

void run(const SharedOptions& shared, const ServeArguments& arguments) {
    if (arguments.ends_with_input) stop_at_end_of_input(base::stop_on_signals());
    const base::StopToken stop = base::stop_on_signals().get_token();
    server::ServerOptions access = serverOptions(arguments);
    if (arguments.json)
        access.on_answered = [](std::int64_t requests) { say(lines::AnsweredEvent{requests}); };
    server::ChatServer server(access);
    session::EngineOptions options = shared.engine;
    if (arguments.keep_tokens) keepForLaterStarts(options);
    const auto engine = loadEngine(options);
    if (!engine->info().sight_note.empty())
        std::fprintf(stderr, "univi-cli: %s\n", engine->info().sight_note.c_str());
    const auto tell = [&] {
        if (arguments.json)
            say(lines::ReadyEvent{server.address(), server.model_name()});
        else
            print(server.address() + "\n");
    };
    server.serve(*engine, tell, stop);
}

void addAccess(CLI::App& app, server::ServerOptions& options) {
    const char* group = "Who may ask";
    app.add_option(
           "--api-key", options.api_key,
           "Key that clients send (Authorization: Bearer K); better in UNIVI_API_KEY, where "
           "no other user of the machine sees it")
        ->type_name("K")
        ->group(group);
    app.add_option("--allow-dir", options.allowed_folders,
                   "Folder whose pictures and videos requests may name by a file: address; may be "
                   "given more than once")
        ->type_name("DIR")
        ->allow_extra_args(false)
        ->group(group);
    app.add_option("--allow-origin", options.allowed_origins,
                   "Web address whose pages may ask from a browser, beside those of this machine; "
                   "* for all")
        ->type_name("URL")
        ->allow_extra_args(false)
        ->group(group);
}

void addLimits(CLI::App& app, ServeArguments& arguments) {
    const char* group = "Limits";
    server::ServerOptions& options = arguments.server;
    const auto add = [&](const char* name, auto& value, const char* type, const char* what) {
        app.add_option(name, value, what)->type_name(type)->capture_default_str()->group(group);
    };
    add("--queue", options.most_waiting, "N",
        "Requests that may wait beside the one that is answered; more get 429");
    add("--max-media", options.most_media, "N", "Most pictures and videos of a request");
    add("--max-body", arguments.largest_body_mb, "MB", "Largest body of a request");
    add("--max-seconds", options.longest_s, "S",
        "Longest time of a request, waiting included; a reply is cut off then");
}

}  // namespace

void addServeCommand(CommandSet& commands) {
    auto* command = addSubcommand(
        commands, "serve",
        "OpenAI-compatible server: /v1/chat/completions with pictures and videos, /v1/models, "
        "/health, /metrics. Prints its address once it answers");
    const auto arguments = std::make_shared<ServeArguments>();
    server::ServerOptions& server = arguments->server;
    command->add_option("--port", server.port, "Port; 0 takes a free one")
        ->type_name("N")
        ->capture_default_str();
    command
        ->add_option("--host", server.host,
                     "Address to listen on; other than this machine's own needs a key")
        ->type_name("H")
        ->capture_default_str();
    command
        ->add_option("--model-name", server.model_name,
                     "The model's name for clients; default: its folder's or repository's")
        ->type_name("NAME");
    addAccess(*command, server);
    addLimits(*command, *arguments);
    arguments->generation.addTemplateTo(*command);
    command->add_flag(
        "--keep-tokens", arguments->keep_tokens,
        "Keep what the model makes of the media and of the system prompt in the cache "
        "folder");
    command->add_flag("--json", arguments->json,
                      "Print the address and each answered request as JSON, an event a line");
    command->add_flag("--stop-at-end-of-input", arguments->ends_with_input,
                      "End when standard input ends, for programs that start this one");
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] { run(commands.shared, *arguments); };
    });
}

}  // namespace univi::cli
