#pragma once

#include <QString>

namespace univi::ui {

/// Shows a file in the desktop's file manager, chosen there where the desktop can do so
/// (org.freedesktop.FileManager1), else opens its folder. Does not wait. GUI thread.
void showInFolder(const QString& file);

}  // namespace univi::ui
