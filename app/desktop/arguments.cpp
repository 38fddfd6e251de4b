#include "app/desktop/arguments.h"

#include <CLI/CLI.hpp>
#include <filesystem>

#include "ui/files/openable_path.h"
#include "ui/settings/app_settings.h"

namespace univi::ui {
namespace {

namespace fs = std::filesystem;

QString absolutePath(const std::string& path) {
    std::error_code error;
    const fs::path absolute = fs::absolute(path, error);
    return openablePathOf(error ? path : absolute.lexically_normal().string());
}

}  // namespace

std::optional<Arguments> parseArguments(int argc, const char* const* argv, int& exit_code) {
    Arguments arguments;
    std::vector<std::string> files;
    std::string theme, language, ask, screenshot, engine, run;
    CLI::App app("UniVi Studio: talk about pictures and videos with a model on this computer.",
                 "univi");
    app.set_version_flag("--version", "univi " UNIVI_VERSION);
    app.add_option("--model", arguments.model,
                   "Model folder (default: the one used last, else the demo model)")
        ->type_name("DIR");
    app.add_option("--vision-tower", arguments.vision_tower, "Vision tower folder")
        ->type_name("DIR");
    app.add_option("--device", arguments.device, "auto, cpu or cuda[:N]");
    app.add_option("--dtype", arguments.dtype, "auto, fp32, fp16, bf16, int8 or int4");
    app.add_option("--theme", theme, "system, light or dark")
        ->check(CLI::IsMember({"system", "light", "dark"}));
    app.add_option("--language", language, "system, en or zh_CN")
        ->check(CLI::IsMember({"system", "en", "zh_CN"}));
    app.add_option("FILE", files, "Pictures and videos to talk about in a new chat");
    app.add_option("--run", run,
                   "Open the Train page with this run, or folder of runs (univi-train's or "
                   "TensorBoard's)")
        ->type_name("DIR");
    app.add_option("--ask", ask, "Ask this about the files as soon as the model is loaded")
        ->type_name("TEXT");
    app.add_option("--screenshot", screenshot,
                   "Save the window as a PNG when the reply is done, and print the reply")
        ->type_name("PNG");
    app.add_flag("--exit-when-done", arguments.exit_when_done,
                 "End after --ask or --screenshot (exit code 1 if it failed)");
    app.add_flag("--self-test", arguments.self_test,
                 "Open, ask about a sample, check that a reply and token groups come, end");
    app.add_flag("--new-window,--new-instance", arguments.new_window,
                 "Open a window of its own, also where one is open that would take the files");
    app.add_option("--engine", engine, "Another univi-engine program")->type_name("FILE");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exit_code = app.exit(error) == 0 ? 0 : 2;
        return std::nullopt;
    }
    for (const std::string& file : files) arguments.files << absolutePath(file);
    if (!arguments.model.empty()) arguments.model = absolutePath(arguments.model).toStdString();
    if (!theme.empty()) arguments.theme = themeModeFrom(QString::fromStdString(theme));
    if (!language.empty()) arguments.language = languageFrom(QString::fromStdString(language));
    if (!run.empty()) arguments.run = absolutePath(run);
    arguments.ask = QString::fromStdString(ask);
    arguments.screenshot = QString::fromStdString(screenshot);
    arguments.engine = QString::fromStdString(engine);
    return arguments;
}

bool canHandOver(const Arguments& arguments) {
    const bool isAboutProcess = !arguments.model.empty() || !arguments.vision_tower.empty() ||
                                !arguments.device.empty() || !arguments.dtype.empty() ||
                                arguments.theme || arguments.language ||
                                !arguments.engine.isEmpty();
    const bool isErrand =
        !arguments.screenshot.isEmpty() || arguments.exit_when_done || arguments.self_test;
    return !arguments.new_window && !isAboutProcess && !isErrand;
}

protocol::LoadRequest mergeLoadRequest(protocol::LoadRequest request, const Arguments& arguments) {
    if (!arguments.model.empty() && arguments.model != request.model) {
        request.model = arguments.model;
        request.model_base.clear();
        request.vision_tower.clear();
    }
    if (!arguments.vision_tower.empty()) request.vision_tower = arguments.vision_tower;
    if (!arguments.device.empty()) request.device = arguments.device;
    if (!arguments.dtype.empty()) request.dtype = arguments.dtype;
    return request;
}

}  // namespace univi::ui
