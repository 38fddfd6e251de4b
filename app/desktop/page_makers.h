#pragma once

#include <QString>

#include "ui/session/engine_client.h"

namespace univi::ui {

class AppSettings;
class EvaluationPage;
class TrainingPage;

/// Returns how the window's own model process is started.
EngineClient::Options forChat(EngineClient::Options options, const AppSettings& settings);

/// Makes the Train page with a page for new runs. `engine`: how model processes are started;
/// `program`: univi-train, empty for the one beside this program.
TrainingPage* makeTrainingPage(const EngineClient::Options& engine, const QString& program);

/// Makes the Eval page.
EvaluationPage* makeEvaluationPage(const EngineClient::Options& engine, AppSettings* settings);

}  // namespace univi::ui
