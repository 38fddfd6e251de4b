#include "app/desktop/start_trace.h"

#include <QEvent>
#include <QTimer>
#include <QWidget>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#ifdef Q_OS_LINUX
#include <unistd.h>
#endif

namespace univi::ui {
namespace {

/// Milliseconds since the system started this process; 0 where it does not say.
double processAge() {
#ifdef Q_OS_LINUX
    std::FILE* file = std::fopen("/proc/self/stat", "r");
    if (!file) return 0;
    unsigned long long started = 0;  // the 22nd word, in clock ticks since the machine's start
    const int read = std::fscanf(file,
                                 "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u "
                                 "%*d %*d %*d %*d %*d %*d %llu",
                                 &started);
    std::fclose(file);
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    if (read != 1) return 0;
    return (double(now.tv_sec) - double(started) / double(sysconf(_SC_CLK_TCK))) * 1e3 +
           double(now.tv_nsec) / 1e6;
#else
    return 0;
#endif
}

double processorTime() {
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return double(used.tv_sec) * 1e3 + double(used.tv_nsec) / 1e6;
}

}  // namespace

StartTrace::StartTrace(QObject* parent)
    : QObject(parent), on_(qEnvironmentVariableIntValue("UNIVI_TRACE_START") != 0) {}

void StartTrace::mark(const char* what) const {
    if (on_)
        std::fprintf(stderr, "start: %s %.0f ms, processor %.0f ms\n", what, processAge(),
                     processorTime());
}

void StartTrace::markFirstPaint(QWidget* widget) {
    if (on_) widget->installEventFilter(this);
}

bool StartTrace::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Paint) {
        watched->removeEventFilter(this);
        // The widget's own paint event comes before its children's: what follows it is painted.
        QTimer::singleShot(0, this, [this] { mark("window painted"); });
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace univi::ui
