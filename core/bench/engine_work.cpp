#include <filesystem>
#include <fstream>
#include <vector>

#include "core/base/paths.h"
#include "core/bench/measure.h"
#include "core/bench/stopwatch.h"
#include "core/bench/works.h"
#include "core/session/engine.h"

namespace univi::bench {
namespace {

namespace fs = std::filesystem;

Figure figure_of(const char* what, const session::ModelInfo& info) {
    Figure figure = cpu_figure(what, fs::path(info.folder).filename().string(), info.dtype, "s");
    figure.device = info.device;
    return figure;
}

/// Reads the weights' files once, as a program that only copied them would.
void read_files(const fs::path& folder) {
    std::vector<char> buffer(1 << 20);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string kind = entry.path().extension().string();
        if (kind != ".safetensors" && kind != ".bin") continue;
        std::ifstream in(entry.path(), std::ios::binary);
        while (in.read(buffer.data(), std::ssize(buffer)) || in.gcount() > 0) {
        }
    }
}

/// Asks about a picture and returns the seconds to the first word.
double first_word(session::Conversation& conversation, const std::vector<std::string>& media,
                  const base::StopToken& stop) {
    session::Question question;
    question.media = media;
    question.text = "What do you see?";
    question.options.max_new_tokens = 1;
    return conversation.ask(question, {}, stop).first_token_s;
}

}  // namespace

void bench_load(const BenchOptions& options, const Report& report, const base::StopToken& stop) {
    session::ModelInfo info;
    const auto values = measure_seconds(options.runs, stop, [&] {
        info = session::Engine::load(options.engine, {}, stop)->info();
    });
    Figure figure = figure_of("load", info);
    double least = 1e300;
    for (int pass = 0; pass < options.runs; ++pass) {
        const Stopwatch watch;
        read_files(info.folder);
        least = std::min(least, watch.seconds());
    }
    figure.limit = least;
    figure.limit_is = "reading the files once";
    report(summed_up(figure, values));
}

void bench_turn(const BenchOptions& options, const Report& report, const base::StopToken& stop) {
    const auto engine = session::Engine::load(options.engine, {}, stop);
    const fs::path samples = base::resources_folder() / "samples";
    // Two pictures in turns, so that no question finds the last one's tokens in the cache.
    const std::string pictures[] = {(samples / "meadow.jpg").string(),
                                    (samples / "street.jpg").string()};
    std::vector<double> first, next;
    for (int run = 0; run <= options.runs; ++run) {
        base::throw_if_stopped(stop, "measuring");
        const auto conversation = engine->start_conversation();
        const double seconds = first_word(*conversation, {pictures[run % 2]}, stop);
        const double again = first_word(*conversation, {}, stop);
        if (run == 0) continue;
        first.push_back(seconds);
        next.push_back(again);
    }
    Figure figure = figure_of("turn", engine->info());
    figure.limit = *std::min_element(next.begin(), next.end());
    figure.limit_is = "the next question, whose picture is known";
    report(summed_up(figure, first));
    figure.what = "turn again";
    report(summed_up(figure, next));
}

}  // namespace univi::bench
