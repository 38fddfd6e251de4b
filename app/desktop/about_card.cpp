#include "app/desktop/about_card.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QFormLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScreen>
#include <QSysInfo>
#include <QThread>

#include "core/base/log_tail.h"
#include "core/base/resident_memory.h"
#include "ui/models/model_places.h"
#include "ui/session/engine_client.h"
#include "ui/settings/settings_page.h"
#include "ui/text/translate.h"
#include "ui/widgets/build.h"
#include "ui/widgets/copy_button.h"

namespace univi::ui {
namespace {

constexpr std::size_t kLogLines = 60;

/// English, as whoever mends it reads it, and the same for everybody.
QString stateName(EngineClient::State state) {
    using State = EngineClient::State;
    switch (state) {
        case State::Off:
            return QStringLiteral("off");
        case State::Loading:
            return QStringLiteral("loading");
        case State::Ready:
            return QStringLiteral("ready");
        case State::NoModel:
            return QStringLiteral("no model");
        case State::Dead:
            break;
    }
    return QStringLiteral("given up");
}

void addSystem(QStringList& lines) {
    lines << QStringLiteral("UniVi Studio " UNIVI_VERSION ", Qt %1").arg(QLatin1String(qVersion()))
          << QStringLiteral("system: %1, %2, kernel %3")
                 .arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture(),
                      QSysInfo::kernelVersion())
          << QStringLiteral("window: %1, language %2")
                 .arg(QGuiApplication::platformName(), QLocale().name())
          << QStringLiteral("cores: %1, memory: %2 MB")
                 .arg(QThread::idealThreadCount())
                 .arg(base::machine_memory() / 1'000'000);
    for (const QScreen* screen : QGuiApplication::screens())
        lines << QStringLiteral("screen: %1x%2 at %3")
                     .arg(screen->size().width())
                     .arg(screen->size().height())
                     .arg(screen->devicePixelRatio());
}

void addModel(QStringList& lines, const EngineClient& engine) {
    lines << QStringLiteral("model process: %1%2")
                 .arg(stateName(engine.state()),
                      engine.isResting() ? QStringLiteral(", unloaded while idle") : QString());
    if (engine.state() == EngineClient::State::Ready) {
        const protocol::LoadedEvent& model = engine.model();
        lines << QStringLiteral("model: %1 parameters, %2, %3, context %4")
                     .arg(model.parameters)
                     .arg(deviceText(model), QString::fromStdString(model.dtype))
                     .arg(model.context);
    }
    if (const auto used = engine.memoryInUse())
        lines << QStringLiteral("model process memory: %1 MB").arg(*used / 1'000'000);
    if (!engine.problem().isEmpty())
        lines << "problem: " +
                     QString::fromStdString(base::without_paths(engine.problem().toStdString()));
}

}  // namespace

QString diagnosticReport(const EngineClient& engine) {
    QStringList lines;
    addSystem(lines);
    addModel(lines, engine);
    lines << QStringLiteral("log:");
    for (const std::string& line : base::log_tail(kLogLines))
        lines << "  " + QString::fromStdString(base::without_paths(line)).trimmed();
    return lines.join(u'\n') + u'\n';
}

void addAboutCard(SettingsPage* page, const EngineClient* engine) {
    QFormLayout* form = page->addCard(tr("About"));
    form->addRow(wrapped(tr("UniVi Studio %1: talk with Chat-UniVi about pictures and videos, see "
                            "what it made of them, and train it. Free software under the GNU "
                            "General Public License 3 or later, without any warranty.")
                             .arg(QStringLiteral(UNIVI_VERSION)),
                         "muted"));
    auto* copy = new QPushButton(tr("Copy a diagnostic &report"));
    copy->setObjectName(QStringLiteral("copyReport"));
    copy->setToolTip(
        tr("Versions, system, device and the end of the log; nothing of your "
           "conversations and files"));
    QObject::connect(copy, &QPushButton::clicked, page, [copy, engine] {
        QGuiApplication::clipboard()->setText(diagnosticReport(*engine));
        sayCopied(copy);
    });
    form->addRow(row({.margins = {}}, {copy, Part::stretch()}));
}

}  // namespace univi::ui
