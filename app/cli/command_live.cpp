#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <type_traits>

#include "app/cli/camera_arguments.h"
#include "app/cli/commands.h"
#include "app/cli/terminal.h"
#include "core/base/error.h"
#include "core/media/live_camera.h"
#include "core/protocol/live_protocol.h"

namespace univi::cli {

namespace {

namespace live = protocol::live;

struct LiveArguments {
    media::CameraSource camera;
    std::string stream;
    media::LiveOptions options;
};

/// Writes events of two threads, a line each.
class EventLines {
  public:
    void send(const live::Event& event) {
        const std::lock_guard lock(mutex_);
        print(to_line(event) + "\n");
    }

  private:
    std::mutex mutex_;
};

/// Does what requests ask of one camera. Removes the windows that nobody kept at its end.
class LiveRequests {
  public:
    LiveRequests(media::LiveCamera& camera, EventLines& lines) : camera_(camera), lines_(lines) {}
    ~LiveRequests() {
        std::error_code error;
        for (const std::string& window : passing_) std::filesystem::remove(window, error);
    }
    LiveRequests(const LiveRequests&) = delete;
    LiveRequests& operator=(const LiveRequests&) = delete;

    void take(const std::string& line) {
        try {
            std::visit([this](const auto& request) { perform(request); },
                       live::parse_request(line));
        } catch (const base::Error& error) {
            lines_.send(live::RefusedEvent{{}, error.what()});
        }
    }
    void end_recording() {
        if (recorded_.empty()) return;
        tell_of(recorded_, [this](const std::string& file) {
            return live::RecordedEvent{file, camera_.end_recording()};
        });
        recorded_.clear();
    }

  private:
    template <class Work>
    void tell_of(const std::string& file, Work work) {
        try {
            lines_.send(work(file));
        } catch (const base::Error& error) {
            lines_.send(live::RefusedEvent{file, error.what()});
        }
    }
    void perform(const live::WindowRequest& request) {
        tell_of(request.file, [this](const std::string& file) {
            const media::LiveWindow window = camera_.write_window(file);
            passing_.insert(file);
            return live::WindowEvent{file, window.frames, window.start_s, window.end_s};
        });
    }
    void perform(const live::KeepRequest& request) { passing_.erase(request.file); }
    void perform(const live::RecordRequest& request) {
        try {
            camera_.record(request.file);
            recorded_ = request.file;
        } catch (const base::Error& error) {
            lines_.send(live::RefusedEvent{request.file, error.what()});
        }
    }
    void perform(const live::EndRecordingRequest&) {
        if (!recorded_.empty()) return end_recording();
        lines_.send(live::RefusedEvent{{}, "Nothing is being recorded."});
    }

    media::LiveCamera& camera_;
    EventLines& lines_;
    std::set<std::string> passing_;
    std::string recorded_;
};

/// The address of a stream may hold a password, which other people see in a list of processes: with
/// "-" it is the first line of standard input.
media::CameraSource source_of(const LiveArguments& arguments, StdinLines& input,
                              const base::StopToken& stop) {
    if (arguments.stream.empty()) return arguments.camera;
    if (arguments.stream != "-") return {arguments.stream, media::kStreamFormat};
    return {input.next(stop).value_or(""), media::kStreamFormat};
}

void run(const LiveArguments& arguments) {
    if (arguments.camera.device.empty() == arguments.stream.empty())
        throw base::Error(base::ErrorKind::Usage, "Name either a --camera or a --stream.");
    base::StopSource& stop = base::stop_on_signals();
    StdinLines input;
    const media::CameraSource source = source_of(arguments, input, stop.get_token());
    EventLines lines;
    std::exception_ptr failure;
    {
        media::LiveCamera camera(source, arguments.options,
                                 {[&](const media::LivePicture& picture) {
                                      lines.send(live::PictureEvent{picture.jpeg, picture.seconds,
                                                                    picture.held, picture.taken});
                                  },
                                  [&](std::exception_ptr why) {
                                      failure = std::move(why);
                                      stop.request_stop();
                                  }});
        LiveRequests requests(camera, lines);
        try {
            while (const auto line = input.next(stop.get_token())) requests.take(*line);
        } catch (const base::Error& error) {
            if (error.kind() != base::ErrorKind::Stopped) throw;
        }
        requests.end_recording();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

void addLiveCommand(CommandSet& commands) {
    auto* command = commands.app.add_subcommand(
        "live",
        "Keeps a camera or a stream open and holds its last frames. Requests are JSON lines on "
        "standard input: "
        "{\"request\":\"window\",\"file\":F} writes those frames as a clip (it goes at the end "
        "unless \"keep\" names it), \"record\" with a file records all pictures until "
        "\"end_recording\"");
    const auto arguments = std::make_shared<LiveArguments>();
    addCameraOptions(*command, arguments->camera);
    command
        ->add_option("--stream", arguments->stream,
                     "A stream in its place (http, https, rtsp); -: the first line of standard "
                     "input is its address")
        ->type_name("ADDRESS");
    command->add_option("--frames", arguments->options.frames, "How many frames are held")
        ->type_name("N")
        ->check(CLI::Range(1, media::kMostLiveFrames))
        ->capture_default_str();
    command
        ->add_option("--every", arguments->options.every_s, "Seconds from one of them to the next")
        ->type_name("S")
        ->check(CLI::Range(media::kLeastLiveEvery, media::kMostLiveEvery))
        ->capture_default_str();
    command->callback([&commands, arguments] { commands.run = [arguments] { run(*arguments); }; });
}

}  // namespace univi::cli
