#pragma once

#include <QString>

namespace univi::ui {

/// What a recorded file is called among people: "This screen live, 16:55:43" for
/// "This-screen-live 2026-11-30 16.55.43.902.mkv"; any other file's own name.
QString recordingTitle(const QString& file);

}  // namespace univi::ui
