#include <QApplication>
#include <QMessageBox>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stop_token>

#include "app/desktop/arguments.h"
#include "app/desktop/errand.h"
#include "app/desktop/instance.h"
#include "app/desktop/main_window.h"
#include "app/desktop/restart.h"
#include "app/desktop/start_trace.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/stop_token.h"
#include "core/base/temporary_folder.h"
#include "ui/settings/app_settings.h"
#include "ui/text/language.h"
#include "ui/widgets/appearance.h"

using namespace univi;

namespace {

/// Qt ends the process with a page of text when there is no display; one sentence is enough.
bool hasDisplay() {
#ifdef Q_OS_LINUX
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (const char* value = std::getenv(name); value && *value) return true;
    return false;
#else
    return true;
#endif
}

int runWindow(QApplication& application, const ui::Arguments& arguments) {
    ui::StartTrace trace;
    trace.mark("application made");
    ui::AppSettings settings;
    ui::installLanguage(arguments.language.value_or(settings.language()));
    if (arguments.self_test) settings.setKeptMedia(false, settings.mediaLimitGigabytes());
    ui::Theme::instance().setMode(arguments.theme.value_or(settings.themeMode()));
    ui::installAppearance(application);
    trace.mark("language and theme installed");
    ui::MainWindow::Options options;
    options.engine.program = arguments.engine;
    options.load = ui::mergeLoadRequest(settings.model(), arguments);
    options.prepares = true;
    ui::MainWindow* opened = nullptr;
    options.restart = [&] { return ui::restart(*opened, settings); };
    ui::MainWindow window(&settings, options);
    opened = &window;
    ui::Errand errand(&window, arguments);
    QObject::connect(&errand, &ui::Errand::finished, &application, &QApplication::exit);
    // SIGTERM, SIGINT and SIGHUP close the window as a person would: what is open is written down
    // and temporary files go.
    const std::stop_callback on_signal(base::stop_on_signals().get_token(), [&] {
        QMetaObject::invokeMethod(
            &application,
            [&] {
                window.close();
                QApplication::exit(errand.isOver() ? 0 : 1);
            },
            Qt::QueuedConnection);
    });
    ui::Instance instance;
    QObject::connect(&instance, &ui::Instance::handedOver, &window, &ui::MainWindow::takeOver);
    // An errand ends by itself, and would take what a person opens with it.
    if (!arguments.exit_when_done && !arguments.self_test) instance.listen();
    trace.mark("window made");
    trace.markFirstPaint(&window);
    window.show();
    trace.mark("window shown");
    window.begin();
    ui::bringBack(window, settings);
    if (!arguments.run.isEmpty()) window.openRun(arguments.run);
    errand.begin();
    return application.exec();
}

}  // namespace

int main(int argc, char** argv) {
    int exit_code = 0;
    const std::optional<ui::Arguments> arguments = ui::parseArguments(argc, argv, exit_code);
    if (!arguments) return exit_code;
    if (!hasDisplay()) {
        std::fputs(
            "univi: there is no display; set DISPLAY, or start packaging/run, which opens the "
            "window on a virtual one.\n",
            stderr);
        return 1;
    }
    base::stop_on_signals();  // from here on: a signal while the window is made ends it in order
                              // too
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("univi-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("UniVi Studio"));
    QApplication::setApplicationVersion(QStringLiteral(UNIVI_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("univi-studio"));
    // The self-test is about the program: it neither depends on a person's settings and
    // conversations nor leaves any.
    std::optional<base::TemporaryFolder> home;
    if (ui::canHandOver(*arguments) &&
        ui::Instance::handOver({arguments->files, arguments->run, arguments->ask}))
        return 0;
    try {
        base::remove_stale_temporaries();
        if (arguments->self_test) {
            home.emplace("self-test");
            for (const char* name : {"XDG_DATA_HOME", "XDG_CONFIG_HOME"})
                qputenv(name, QByteArray::fromStdString(home->path().string()));
        }
        const int code = runWindow(application, *arguments);
        if (code != ui::kRestartCode) return code;
        return ui::startAgain(*arguments) ? 0 : 1;
    } catch (const base::Error& error) {
        base::log_error(error.what());
        if (!arguments->exit_when_done && !arguments->self_test)
            QMessageBox::critical(nullptr, QStringLiteral("UniVi Studio"),
                                  QString::fromUtf8(error.what()));
        return 1;
    }
}
