#pragma once

#include <QStringList>
#include <optional>

#include "core/protocol/engine_protocol.h"
#include "ui/text/language.h"
#include "ui/widgets/theme.h"

namespace univi::ui {

/// What the command line asked for. Empty strings: what the settings say.
struct Arguments {
    std::string model, vision_tower, device, dtype;
    QStringList files;  ///< absolute
    QString run;        ///< folder of a training run (or of several) to open; absolute
    std::optional<Theme::Mode> theme;
    std::optional<Language> language;
    bool new_window = false;  ///< not the one that is open already
    QString engine;           ///< another program than the univi-engine beside this one
    // Without a person at the window:
    QString ask;
    QString screenshot;
    bool exit_when_done = false;
    bool self_test = false;
};

/// True where a window that is open can do what is asked for: nothing of it is about how this very
/// process runs.
bool canHandOver(const Arguments& arguments);

/// Parses argv. When the program is to end at once (--help, --version, bad usage: said on stdout or
/// stderr) the exit code 0 or 2 stands in `exit_code` and the result is empty.
std::optional<Arguments> parseArguments(int argc, const char* const* argv, int& exit_code);

/// The settings' model with what the command line says over it.
protocol::LoadRequest mergeLoadRequest(protocol::LoadRequest settings, const Arguments& arguments);

}  // namespace univi::ui
