#include <cmath>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/media/stream_recording.h"

namespace univi::cli {

namespace {

struct RecordArguments {
    std::string address, out;
    media::RecordingOptions options;
};

/// A first line of standard input in place of "-": an address may hold a password, which other
/// people see in a list of processes.
std::string readAddress(const RecordArguments& arguments, const base::StopToken& stop) {
    if (arguments.address != "-") return arguments.address;
    StdinLines lines;
    return lines.next(stop).value_or("");
}

void run(const RecordArguments& arguments) {
    const auto stop = base::stop_on_signals().get_token();
    const std::string address = readAddress(arguments, stop);
    ProgressLine progress;
    progress.show("Recording…");
    const double seconds = media::record_stream(address, arguments.out, arguments.options, stop);
    progress.clear();
    const auto tenths = std::lround(seconds * 10);
    print(arguments.out + ": " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) +
          " s\n");
}

}  // namespace

void addRecordCommand(CommandSet& commands) {
    auto* command = commands.app.add_subcommand(
        "record", "Records the beginning of a stream (http, https, rtsp) into a video file");
    const auto arguments = std::make_shared<RecordArguments>();
    command->add_option("ADDRESS", arguments->address, "The stream; -: a line of standard input")
        ->required();
    command->add_option("--out", arguments->out, "The file to write")->type_name("F")->required();
    command->add_option("--seconds", arguments->options.seconds, "How much of it, at most")
        ->type_name("S")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    command->callback([&commands, arguments] { commands.run = [arguments] { run(*arguments); }; });
}

}  // namespace univi::cli
