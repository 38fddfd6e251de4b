#pragma once

#include <QString>

namespace univi::ui {

class AppSettings;
class MainWindow;
struct Arguments;

/// With this code the program ends to be started anew.
inline constexpr int kRestartCode = 64;

/// Closes the window and ends the program with kRestartCode, its place written down in the
/// settings. Where something would be cut off by that nothing is done, and one sentence says what.
QString restart(MainWindow& window, AppSettings& settings);

/// Opens the page and the conversation that were open before restart(); nothing where the program
/// was started otherwise.
void bringBack(MainWindow& window, AppSettings& settings);

/// Starts the program again as it was started, in the language of the settings and without what a
/// start opens: that stands in the conversation by now. False where it cannot be.
bool startAgain(const Arguments& arguments);

}  // namespace univi::ui
