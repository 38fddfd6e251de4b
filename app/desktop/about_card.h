#pragma once

#include <QString>

namespace univi::ui {

class EngineClient;
class SettingsPage;

/// What a person copies into a report of a fault: versions, system, what is loaded and how, and the
/// end of the log without paths. Nothing of conversations, files or keys.
QString diagnosticReport(const EngineClient& engine);

/// Adds what the program is, and the button that copies the report.
void addAboutCard(SettingsPage* page, const EngineClient* engine);

}  // namespace univi::ui
