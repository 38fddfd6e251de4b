#include "app/cli/media_arguments.h"

#include "app/cli/sampling_arguments.h"

namespace univi::cli {

namespace {

CLI::Option* addFiles(CLI::App& app, const char* name, std::vector<std::string>& files,
                      const char* description) {
    return app.add_option(name, files, description)
        ->type_name("F")
        ->allow_extra_args(false)
        ->group("Media");
}

}  // namespace

void MediaArguments::addTo(CLI::App& app) {
    command = &app;
    addFiles(app, "--image", images, "A picture; may be given more than once");
    addFiles(app, "--video", videos, "A video, or the address of one; may be given more than once");
}

void MediaArguments::fill(session::Question& question) const {
    std::size_t image = 0, video = 0;
    for (const CLI::Option* option : command->parse_order()) {
        const bool is_image = option->get_name() == "--image";
        if (!is_image && option->get_name() != "--video") continue;
        auto& next = is_image ? image : video;
        const auto& files = is_image ? images : videos;
        if (next >= files.size()) continue;
        question.media.push_back(files[next++]);
        question.kinds.push_back(is_image ? session::MediumKind::Picture
                                          : session::MediumKind::Video);
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
