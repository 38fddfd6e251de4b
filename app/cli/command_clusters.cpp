#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/media_arguments.h"
#include "app/cli/stream_files.h"
#include "app/cli/terminal.h"
#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json_text.h"
#include "core/protocol/engine_protocol.h"
#include "core/session/group_pictures.h"

namespace univi::cli {

namespace {

namespace fs = std::filesystem;

struct ClustersArguments {
    std::string image, video, out, phrase;
    StreamFiles streams;
    ClipArguments clip;
    int max_frames = 64;
};

/// Groups of the medium, and where a phrase lies in it.
struct Encoded {
    protocol::TokenGroups groups;
    std::optional<protocol::FoundEvent> found;
};

Encoded encode(const SharedOptions& shared, const ClustersArguments& arguments,
               const fs::path& frames) {
    session::EngineOptions options = shared.engine;
    options.picture_folder = frames.string();
    const auto engine = loadEngine(options);
    const bool is_video = !arguments.video.empty();
    ProgressLine progress;
    session::Observer observer;
    observer.on_media_progress = [&](const auto& event) { showMediaProgress(progress, event); };
    observer.on_groups = [&](int, const auto& groups) { showDamage(progress, groups); };
    const auto conversation = engine->start_conversation();
    const std::string& medium = is_video ? arguments.video : arguments.image;
    const auto stop = base::stop_on_signals().get_token();
    Encoded out;
    const auto kind = is_video ? session::MediumKind::Video : session::MediumKind::Picture;
    out.groups = conversation->encode({medium, kind, arguments.max_frames, arguments.clip.get()},
                                      observer, stop);
    if (!arguments.phrase.empty())
        out.found = conversation->find(
            {"", medium, arguments.phrase, arguments.max_frames, out.groups.clip}, observer, stop);
    return out;
}

base::Json json_of(const Encoded& encoded, const std::string& phrase) {
    base::Json json = protocol::to_json(encoded.groups);
    if (encoded.found)
        json["phrase"] = {{"text", phrase},
                          {"nearness", encoded.found->nearness},
                          {"scale", encoded.found->scale}};
    return json;
}

void run(const SharedOptions& shared, const ClustersArguments& arguments) {
    if (arguments.image.empty() == arguments.video.empty())
        throw base::Error(base::ErrorKind::Usage,
                          "clusters takes either --image or --video, one file.");
    const fs::path out = arguments.out;
    std::error_code error;
    const bool existed = fs::exists(out, error), hadFrames = fs::exists(out / "frames", error);
    fs::create_directories(out / "frames", error);
    if (error)
        throw base::Error(base::ErrorKind::File, "The folder " + out.string() +
                                                     " cannot be made: " + error.message() + ".");
    try {
        Encoded encoded = encode(shared, arguments, out / "frames");
        protocol::TokenGroups& groups = encoded.groups;
        const auto names = session::write_group_pictures(groups, out.string());
        for (auto& frame : groups.frames)
            frame.picture = "frames/" + fs::path(frame.picture).filename().string();
        base::write_file_atomically(out / "clusters.json",
                                    base::json_text(json_of(encoded, arguments.phrase), 1) + "\n");
        print(out.string() + ": clusters.json and " + std::to_string(names.size()) + " pictures, " +
              std::to_string(groups.frames.size()) +
              (groups.frames.size() == 1 ? " frame" : " frames") +
              (groups.is_video ? ", " + std::to_string(groups.events.size()) +
                                     (groups.events.size() == 1 ? " event" : " events")
                               : "") +
              "\n");
    } catch (...) {
        if (!hadFrames)
            fs::remove_all(existed ? out / "frames" : out, error);  // nothing half done stays
        throw;
    }
}

}  // namespace

void addClustersCommand(CommandSet& commands) {
    auto* command =
        addSubcommand(commands, "clusters",
                      "Draws the token groups of a picture or video, and writes them as numbers");
    const auto arguments = std::make_shared<ClustersArguments>();
    command->add_option("--image", arguments->image, "The picture")->type_name("F");
    command->add_option("--video", arguments->video, "The video")->type_name("F");
    arguments->clip.addTo(*command);
    arguments->streams.addTo(*command);
    command->add_option("--max-frames", arguments->max_frames, "Most frames taken of a video")
        ->type_name("N")
        ->capture_default_str();
    command
        ->add_option("--phrase", arguments->phrase,
                     "Also writes how near each visual token is to these words (cosine)")
        ->type_name("P");
    command->add_option("--out", arguments->out, "Folder for the PNG files and clusters.json")
        ->type_name("DIR")
        ->required();
    command->callback([&commands, arguments] {
        commands.run = [&commands, arguments] {
            std::vector<std::string> videos{arguments->video};
            arguments->streams.record(videos, base::stop_on_signals().get_token());
            arguments->video = videos.front();
            run(commands.shared, *arguments);
        };
    });
}

}  // namespace univi::cli
