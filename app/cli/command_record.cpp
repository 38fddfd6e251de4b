#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/camera_arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/media/camera.h"
#include "core/media/stream_recording.h"

namespace univi::cli {

namespace {

struct RecordArguments {
    std::string address, out;
    media::CameraSource camera;
    bool still = false, list_cameras = false;
    media::RecordingOptions options;
};

/// A first line of standard input in place of "-": an address may hold a password, which other
/// people see in a list of processes.
std::string readAddress(const RecordArguments& arguments, const base::StopToken& stop) {
    if (arguments.address != "-") return arguments.address;
    StdinLines lines;
    return lines.next(stop).value_or("");
}

void printCameras() {
    for (const media::Camera& camera : media::list_cameras())
        print(base::json_text(base::Json{
                  {"device", camera.device}, {"name", camera.name}, {"format", camera.format}}) +
              "\n");
}

/// A length in seconds with one decimal.
void printDone(const std::string& file, double seconds) {
    const auto tenths = std::lround(seconds * 10);
    print(file + ": " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s\n");
}

void runCamera(const RecordArguments& arguments, const base::StopToken& stop) {
    ProgressLine progress;
    media::CameraOptions options;
    options.seconds = arguments.options.seconds;
    if (arguments.still) {
        media::photograph(arguments.camera, arguments.out, options, stop);
        print(arguments.out + "\n");
        return;
    }
    progress.show("Recording…");
    const double seconds = media::record_camera(arguments.camera, arguments.out, options, stop);
    progress.clear();
    printDone(arguments.out, seconds);
}

/// Exactly one of them is wanted, and a place for what is recorded.
void checkWanted(const RecordArguments& arguments) {
    const bool camera = !arguments.camera.device.empty();
    if (arguments.address.empty() == !camera)
        throw base::Error(base::ErrorKind::Usage,
                          "Name either the address of a stream or a --camera.");
    if (arguments.out.empty())
        throw base::Error(base::ErrorKind::Usage, "Name the file to write with --out.");
    if (arguments.still && !camera)
        throw base::Error(base::ErrorKind::Usage, "--still takes a picture of a --camera.");
}

void run(const RecordArguments& arguments) {
    const auto stop = base::stop_on_signals().get_token();
    if (arguments.list_cameras) return printCameras();
    checkWanted(arguments);
    if (!arguments.camera.device.empty()) return runCamera(arguments, stop);
    const std::string address = readAddress(arguments, stop);
    ProgressLine progress;
    progress.show("Recording…");
    const double seconds = media::record_stream(address, arguments.out, arguments.options, stop);
    progress.clear();
    printDone(arguments.out, seconds);
}

}  // namespace

void addRecordCommand(CommandSet& commands) {
    auto* command = commands.app.add_subcommand(
        "record",
        "Records a camera, or the beginning of a stream (http, https, rtsp), into a video file");
    const auto arguments = std::make_shared<RecordArguments>();
    command->add_option("ADDRESS", arguments->address, "The stream; -: a line of standard input");
    addCameraOptions(*command, arguments->camera);
    command->add_flag("--list-cameras", arguments->list_cameras,
                      "Print the cameras of this machine, a JSON object a line");
    command->add_flag("--still", arguments->still, "One picture of the camera (PNG or JPEG)");
    command->add_option("--out", arguments->out, "The file to write")->type_name("F");
    command->add_option("--seconds", arguments->options.seconds, "How much of it, at most")
        ->type_name("S")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    command->callback([&commands, arguments] { commands.run = [arguments] { run(*arguments); }; });
}

}  // namespace univi::cli
