#include "app/desktop/page_makers.h"

#include "ui/evaluation/evaluation_page.h"
#include "ui/settings/app_settings.h"
#include "ui/training/setup/run_setup_page.h"
#include "ui/training/training_page.h"

namespace univi::ui {
namespace {

/// What probes and evaluations look at is asked about once: it would push out what people talk
/// about.
EngineClient::Options keepingNothing(EngineClient::Options options) {
    options.token_limit = 0;
    return options;
}

RunSetupPage* makeSetupPage(TrainingPage* page) {
    auto* setup = new RunSetupPage;
    QObject::connect(setup, &RunSetupPage::startRequested, page, &TrainingPage::start);
    QObject::connect(setup, &RunSetupPage::cancelled, page, &TrainingPage::showRuns);
    return setup;
}

}  // namespace

EngineClient::Options forChat(EngineClient::Options options, const AppSettings& settings) {
    options.goes_back = true;
    options.token_limit = settings.tokenLimit();
    return options;
}

TrainingPage* makeTrainingPage(const EngineClient::Options& engine, const QString& program) {
    TrainingPage::Parts parts;
    parts.library.program = program;
    parts.engine = keepingNothing(engine);
    auto* page = new TrainingPage(parts);
    page->setSetUp([page, setup = static_cast<RunSetupPage*>(nullptr)](const QString& run) mutable {
        if (!setup) setup = makeSetupPage(page);
        QStringList known;
        for (const RunEntry& entry : page->library()->runs()) known << entry.folder;
        setup->setKnownRuns(known);
        if (run.isEmpty())
            setup->startNew();
        else
            setup->setFrom(run);
        return setup;
    });
    return page;
}

EvaluationPage* makeEvaluationPage(const EngineClient::Options& engine, AppSettings* settings) {
    EvaluationPage::Parts parts;
    parts.engine = keepingNothing(engine);
    parts.recent_models = [settings] { return settings->recentModels(); };
    const QString kept = QStringLiteral("evaluationTask");
    parts.task = QString::fromUtf8(settings->layout(kept));
    parts.keep_task = [settings, kept](const QString& task) {
        settings->setLayout(kept, task.toUtf8());
    };
    return new EvaluationPage(parts);
}

}  // namespace univi::ui
