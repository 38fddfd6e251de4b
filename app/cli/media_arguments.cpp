#include "app/cli/media_arguments.h"

#include <map>

#include "app/cli/sampling_arguments.h"
#include "core/base/error.h"

namespace univi::cli {

namespace {

CLI::Option* addFiles(CLI::App& app, const char* name, std::vector<std::string>& files,
                      const char* description) {
    return app.add_option(name, files, description)
        ->type_name("F")
        ->allow_extra_args(false)
        ->group("Media");
}

constexpr const char *kStart = "--video-start", *kEnd = "--video-end", *kFrames = "--video-frames";

double timeOf(const char* option, const std::string& text) {
    const auto seconds = base::parse_time(text);
    if (!seconds)
        throw base::Error(
            base::ErrorKind::Usage,
            std::string(option) + " must be seconds or a time, 12.5 or 0:12, not " + text + ".");
    return *seconds;
}

}  // namespace

void ClipArguments::addTo(CLI::App& app) {
    const auto add = [&](const char* name, auto& values, const char* type, const char* what) {
        app.add_option(name, values, what)
            ->type_name(type)
            ->allow_extra_args(false)
            ->group("Media");
    };
    add(kStart, starts, "T", "Where the part of the video before it begins: 12.5 or 0:12");
    add(kEnd, ends, "T", "Where that part ends");
    add(kFrames, frames, "N",
        "Frames taken of it, spread evenly; default: one a second, --max-frames at most");
}

base::ClipRange ClipArguments::get() const {
    base::ClipRange clip;
    if (!starts.empty()) clip.start_s = timeOf(kStart, starts.back());
    if (!ends.empty()) clip.end_s = timeOf(kEnd, ends.back());
    if (!frames.empty()) clip.frames = frames.back();
    clip.check();
    return clip;
}

void MediaArguments::addTo(CLI::App& app) {
    command = &app;
    addFiles(app, "--image", images, "A picture; may be given more than once");
    addFiles(app, "--video", videos, "A video, or the address of one; may be given more than once");
    clips.addTo(app);
}

void MediaArguments::fill(session::Question& question) const {
    std::map<std::string, std::size_t> next;  // of each option's values
    for (const CLI::Option* option : command->parse_order()) {
        const std::string name = option->get_name();
        const std::size_t i = next[name]++;
        if (name == "--image" && i < images.size()) {
            question.media.push_back(images[i]);
            question.kinds.push_back(session::MediumKind::Picture);
        } else if (name == "--video" && i < videos.size()) {
            question.media.push_back(videos[i]);
            question.kinds.push_back(session::MediumKind::Video);
        } else if (name == kStart || name == kEnd || name == kFrames) {
            if (question.kinds.empty() || question.kinds.back() != session::MediumKind::Video)
                throw base::Error(base::ErrorKind::Usage,
                                  name + " must stand behind the --video it belongs to.");
            question.clips.resize(question.media.size());
            base::ClipRange& clip = question.clips.back();
            if (name == kStart) clip.start_s = timeOf(kStart, clips.starts.at(i));
            if (name == kEnd) clip.end_s = timeOf(kEnd, clips.ends.at(i));
            if (name == kFrames) clip.frames = clips.frames.at(i);
        }
    }
}

void GenerationArguments::addTemplateTo(CLI::App& app) {
    app.add_option("--conv", options.conv,
                   "Conversation template; default: the model's own, else simple")
        ->type_name("NAME");
    app.add_option("--system", system, "System text in place of the template's")->type_name("S");
    app.add_option("--max-frames", options.max_frames, "Most frames taken of a video")
        ->type_name("N")
        ->capture_default_str();
}

void GenerationArguments::addSamplingTo(CLI::App& app) {
    addSampling(app, options,
                {.group = "Sampling (not given: as the model's generation_config.json says)",
                 .seed = "Same seed, same reply"});
}

protocol::GenerationOptions GenerationArguments::get() const {
    protocol::GenerationOptions out = options;
    if (!system.empty()) out.system = system;
    return out;
}

}  // namespace univi::cli
