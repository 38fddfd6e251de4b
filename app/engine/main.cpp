#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "app/engine/line_channel.h"
#include "app/engine/model_checker.h"
#include "app/engine/request_queue.h"
#include "app/engine/worker.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/base/media_cache.h"
#include "core/base/paths.h"
#include "core/base/stop_token.h"
#include "core/base/temporary_folder.h"
#include "core/launcher/program.h"
#include "core/session/failure.h"

namespace {

using namespace univi;

constexpr int kBadUsage = 2;
/// Time for the step under way (one token, one frame, one layer) after the end was asked for; then
/// the process ends regardless.
constexpr auto kGraceAtEnd = std::chrono::seconds(5);

std::optional<base::TemporaryFolder> own_folder;

void addOptions(CLI::App& app, session::EngineOptions& options) {
    app.set_version_flag("--version", "univi-engine " UNIVI_VERSION);
    app.add_option("--model", options.model,
                   "Model folder where a load request names none; default: the demo model");
    app.add_option("--model-base", options.model_base, "Base model of a LoRA or projector folder");
    app.add_option("--vision-tower", options.vision_tower, "Vision tower folder");
    app.add_option("--device", options.device,
                   "auto, cpu, cuda or cuda:N; several that share the model: cuda:0,1")
        ->capture_default_str();
    app.add_option("--max-memory", options.max_memory,
                   "What each device may hold: 0:10GiB,1:20GiB,cpu:16GiB");
    app.add_option("--dtype", options.dtype, "auto, fp32, fp16, bf16, int8 or int4")
        ->capture_default_str();
    app.add_option("--threads", options.threads, "Threads to compute with; 0: all cores")
        ->capture_default_str();
    app.add_option("--placement", options.placement, "interleaved or reference")
        ->capture_default_str();
    app.add_option(
        "--picture-folder", options.picture_folder,
        "Where frames shown to people are stored; default: pictures in the cache folder");
    app.add_option("--token-folder", options.token_folder,
                   "Where visual tokens are kept for later starts; default: visual-tokens in the "
                   "cache folder");
    app.add_option("--opening-folder", options.opening_folder,
                   "Where keys and values of system prompts are kept for later starts; default: "
                   "prompt-openings in the cache folder");
    app.add_option("--token-limit", options.token_limit,
                   "Bytes that may lie there, with the frames, until a request says otherwise (the "
                   "window does); 0: nothing is kept")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_flag("!--no-attention", options.with_attention,
                 "Do not record what each word of a reply looked at");
}

/// The id of a line that is no valid request, 0 when it has none: who waits for it must hear of it.
std::int64_t idOf(const std::string& line) {
    try {
        return base::parse_json(line, "request").value("id", std::int64_t{0});
    } catch (...) {
        return 0;
    }
}

/// Where requests wait: for the model, and for the check of another one.
struct Queues {
    engine::RequestQueue work, checks;

    void push(protocol::Request request) {
        const auto* load = std::get_if<protocol::LoadRequest>(&request.body);
        (load && load->check_only ? checks : work).push(std::move(request));
    }
    void stop(std::int64_t id) {
        work.stop(id);
        checks.stop(id);
    }
    void close() {
        checks.close();
        work.close();
    }
};

/// One line to its queue; stops act at once.
void accept(const engine::LineReader::Line& line, Queues& queues, engine::EventWriter& events) {
    try {
        if (line.too_long)
            throw base::Error(base::ErrorKind::Format,
                              "A request of more than 64 MB was dropped: send less history.");
        auto request = protocol::parse_request(line.text);
        if (const auto* stop = std::get_if<protocol::StopRequest>(&request.body))
            queues.stop(stop->target);
        else
            queues.push(std::move(request));
    } catch (...) {
        const auto error = session::describe_failure(std::current_exception(), "reading a request");
        events.send(
            {idOf(line.text),
             protocol::ErrorEvent{std::string(base::to_string(error.kind())), error.what()}});
    }
}

/// Where frames that are shown to people are stored: the cache, else a folder that goes with this
/// process, else nowhere.
std::string pictureFolder() {
    const std::filesystem::path cache = base::cache_folder();
    if (access(cache.c_str(), W_OK) == 0) return base::shown_picture_folder().string();
    try {
        return own_folder.emplace("pictures").path().string();
    } catch (const base::Error& error) {
        base::log_warning(error.what());
        return {};
    }
}

/// Ends the process without running static destructors under threads that still work.
[[noreturn]] void endProcess() {
    static std::mutex once;
    once.lock();  // never unlocked: the first one ends the process
    own_folder.reset();
    std::fflush(stderr);
    _exit(0);
}

/// Lets the step under way end, then sees to it that the process ends even when that hangs.
void close(Queues& queues) {
    queues.close();
    std::this_thread::sleep_for(kGraceAtEnd);
    endProcess();
}

/// Runs until stdin closes, then sees to it that the process ends even when a step hangs.
void readRequests(Queues& queues, engine::EventWriter& events) {
    engine::LineReader lines;
    while (const auto line = lines.next()) {
        if (!line->text.empty() || line->too_long) accept(*line, queues, events);
    }
    close(queues);
}

int run(session::EngineOptions options) {
    engine::EventWriter events;
    if (options.picture_folder.empty()) options.picture_folder = pictureFolder();
    if (options.token_folder.empty()) options.token_folder = base::visual_token_folder().string();
    if (options.opening_folder.empty())
        options.opening_folder = base::prompt_opening_folder().string();
    base::remove_stale_temporaries();
    Queues queues;
    std::atomic<bool> has_model = false;
    const std::stop_callback on_signal(base::stop_on_signals().get_token(),
                                       [&queues] { close(queues); });
    events.send({0, protocol::ReadyEvent{UNIVI_VERSION, 1}});
    std::thread(readRequests, std::ref(queues), std::ref(events)).detach();
    std::thread([&, checker = engine::ModelChecker(options, has_model, events)]() mutable {
        checker.run(queues.checks);
    }).detach();
    {
        engine::Worker worker(std::move(options), has_model, events);
        worker.run(queues.work);
    }
    endProcess();
}

}  // namespace

extern "C" int univi_main(int argc, char** argv) {
    std::signal(SIGPIPE, SIG_IGN);  // an app that is gone shows as a failed write
    base::set_log_level(base::LogLevel::Info);
    CLI::App app(
        "The model core of UniVi Studio: requests as JSON lines on stdin, events as JSON lines on "
        "stdout.",
        "univi-engine");
    session::EngineOptions options;
    options.with_attention = true;
    options.token_limit = 0;
    addOptions(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kBadUsage;
    }
    try {
        return run(std::move(options));
    } catch (...) {
        const auto error = session::describe_failure(std::current_exception(), "starting");
        std::fprintf(stderr, "univi-engine: %s\n", error.what());
        return base::exit_code(error.kind());
    }
}
