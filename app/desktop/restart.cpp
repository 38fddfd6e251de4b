#include "app/desktop/restart.h"

#include <QApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <algorithm>

#include "app/desktop/arguments.h"
#include "app/desktop/main_window.h"
#include "ui/chat/chat_page.h"
#include "ui/evaluation/evaluation_page.h"
#include "ui/evaluation/evaluation_runner.h"
#include "ui/models/download_job.h"
#include "ui/models/download_list.h"
#include "ui/models/model_task.h"
#include "ui/settings/app_settings.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

const QString kPlace = QStringLiteral("restart");

/// What ends with the window, as the begin of a sentence; empty: nothing. Training goes on.
QString workAtHand(const MainWindow& window) {
    if (window.chat()->model()->isBusy()) return tr("A reply is being written");
    const auto* evaluation = window.findChild<EvaluationPage*>();
    if (evaluation && evaluation->runner()->isRunning()) return tr("An evaluation is running");
    const auto loads = [](const DownloadJob* job) {
        return job->state() == DownloadJob::State::Running;
    };
    if (std::ranges::any_of(window.downloads()->jobs(), loads))
        return tr("A model is being downloaded");
    const auto runs = [](const ModelTask* task) {
        return task->state() == ModelTask::State::Running;
    };
    if (std::ranges::any_of(window.findChildren<ModelTask*>(), runs))
        return tr("A model is being converted or checked");
    return {};
}

}  // namespace

QString restart(MainWindow& window, AppSettings& settings) {
    if (const QString work = workAtHand(window); !work.isEmpty())
        return tr("%1; restart when that is done.").arg(work);
    const QJsonObject place{{"page", window.page()},
                            {"conversation", window.chat()->model()->id()}};
    settings.setLayout(kPlace, QJsonDocument(place).toJson(QJsonDocument::Compact));
    window.close();
    QApplication::exit(kRestartCode);
    return {};
}

void bringBack(MainWindow& window, AppSettings& settings) {
    const QByteArray kept = settings.layout(kPlace);
    if (kept.isEmpty()) return;
    settings.setLayout(kPlace, {});
    const QJsonObject place = QJsonDocument::fromJson(kept).object();
    const QString id = place.value(QLatin1String("conversation")).toString();
    window.chat()->openConversation(id);  // one that is not stored stays a new chat
    window.showPage(std::clamp(place.value(QLatin1String("page")).toInt(), int(MainWindow::Chat),
                               int(MainWindow::Settings)));
}

bool startAgain(const Arguments& arguments) {
    QStringList words;
    const auto add = [&words](const char* option, const QString& value) {
        if (!value.isEmpty()) words << QLatin1String(option) << value;
    };
    add("--model", QString::fromStdString(arguments.model));
    add("--vision-tower", QString::fromStdString(arguments.vision_tower));
    add("--device", QString::fromStdString(arguments.device));
    add("--dtype", QString::fromStdString(arguments.dtype));
    add("--engine", arguments.engine);
    if (arguments.theme) add("--theme", toString(Theme::instance().mode()));
    if (arguments.new_window) words << QStringLiteral("--new-window");
    return QProcess::startDetached(QApplication::applicationFilePath(), words);
}

}  // namespace univi::ui
