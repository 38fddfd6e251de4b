#include "ui/training/runs/run_texts.h"

#include <QLocale>
#include <QRegularExpression>
#include <algorithm>
#include <array>
#include <cmath>
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

struct CurveName {
    const char *name, *title;
};
constexpr std::array<CurveName, 13> kCurves = {
    {{"loss", QT_TRANSLATE_NOOP("univi::ui", "Loss")},
     {"held_out_loss", QT_TRANSLATE_NOOP("univi::ui", "Held-out loss")},
     {"learning_rate", QT_TRANSLATE_NOOP("univi::ui", "Learning rate")},
     {"grad_norm", QT_TRANSLATE_NOOP("univi::ui", "Gradient norm")},
     {"tokens_per_s", QT_TRANSLATE_NOOP("univi::ui", "Tokens a second")},
     {"samples_per_s", QT_TRANSLATE_NOOP("univi::ui", "Samples a second")},
     {"memory_bytes", QT_TRANSLATE_NOOP("univi::ui", "Memory")},
     {"gpu_memory_bytes", QT_TRANSLATE_NOOP("univi::ui", "GPU memory")},
     {"gpu_load", QT_TRANSLATE_NOOP("univi::ui", "GPU load")},
     {"step_s", QT_TRANSLATE_NOOP("univi::ui", "Seconds a step")},
     {"data_s", QT_TRANSLATE_NOOP("univi::ui", "Waiting for data (seconds a step)")},
     {"epoch", QT_TRANSLATE_NOOP("univi::ui", "Epoch")},
     {"loss_scale", QT_TRANSLATE_NOOP("univi::ui", "Loss scale")}}};

struct Unit {
    const char *ending, *words;
};
/// The longer ending first.
constexpr std::array<Unit, 5> kUnits = {{{"_per_s", QT_TRANSLATE_NOOP("univi::ui", "%1 a second")},
                                         {"_bytes", QT_TRANSLATE_NOOP("univi::ui", "%1")},
                                         {"_ms", QT_TRANSLATE_NOOP("univi::ui", "%1 (ms)")},
                                         {"_s", QT_TRANSLATE_NOOP("univi::ui", "%1 (seconds)")},
                                         {"_ratio", QT_TRANSLATE_NOOP("univi::ui", "%1 (share)")}}};

/// "data_wait_s" as "Data wait (seconds)": a figure that this version has no name for.
QString readableName(QString name) {
    QString words = QStringLiteral("%1");
    for (const Unit& unit : kUnits)
        if (const QLatin1String ending(unit.ending); name.endsWith(ending) && name != ending) {
            name.chop(ending.size());
            words = tr(unit.words);
            break;
        }
    name.replace(QLatin1Char('_'), QLatin1Char(' '));
    if (!name.isEmpty()) name[0] = name[0].toUpper();
    return words.arg(name);
}

}  // namespace

QString stateName(RunState state) {
    switch (state) {
        case RunState::Queued:
            return tr("Queued");
        case RunState::Starting:
            return tr("Starting");
        case RunState::Running:
            return tr("Running");
        case RunState::Saving:
            return tr("Saving");
        case RunState::Done:
            return tr("Done");
        case RunState::Stopped:
            return tr("Stopped");
        case RunState::Failed:
            return tr("Failed");
        case RunState::Lost:
            return tr("Lost");
        case RunState::Quiet:
            return tr("Ended");
        case RunState::Unknown:
            break;
    }
    return tr("Unknown");
}

QString durationText(double seconds) {
    if (!std::isfinite(seconds) || seconds < 0) return QStringLiteral("–");
    const auto s = qint64(std::llround(std::min(seconds, 1e11)));
    if (s < 60) return tr("%1 s").arg(s);
    const qint64 minutes = (s + 30) / 60;
    if (minutes < 60) return tr("%1 min").arg(minutes);
    if (minutes < 24 * 60) return tr("%1 h %2 min").arg(minutes / 60).arg(minutes % 60);
    return tr("%1 d %2 h").arg(minutes / 1440).arg(minutes / 60 % 24);
}

QString figureText(double value) {
    if (!std::isfinite(value)) return tr("no number");
    const QLocale locale;
    const double size = std::abs(value);
    if (size >= 1000 && size < 1e7) return locale.toString(value, 'f', 0);
    if (value != 0 && (size < 1e-3 || size >= 1e7)) return locale.toString(value, 'g', 3);
    return locale.toString(value, 'g', 4);
}

QString curveTitle(const QString& name) {
    static const QRegularExpression gpu(QStringLiteral("^gpu(\\d+)_(load|memory_bytes)$"));
    if (const auto match = gpu.match(name); match.hasMatch())
        return (match.captured(2) == QLatin1String("load") ? tr("GPU %1 load (%)")
                                                           : tr("GPU %1 memory"))
            .arg(match.captured(1));
    for (const CurveName& each : kCurves)
        if (name == QLatin1String(each.name)) return tr(each.title);
    // Another program's tag ("eval/accuracy") is what its person knows.
    return name.contains(QLatin1Char('/')) ? name : readableName(name);
}

QString curveValueText(const QString& name, double value) {
    if (name.endsWith(QLatin1String("_bytes")) && std::isfinite(value))
        return QLocale().formattedDataSize(qint64(value), 2, QLocale::DataSizeSIFormat);
    return figureText(value);
}

QString branchText(const RunInfo& info) {
    if (info.branches.isEmpty()) return {};
    const QLocale locale;
    const RunBranch& last = info.branches.last();
    const QString at = locale.toString(last.step), end = locale.toString(last.last_step);
    const bool is_one = last.last_step <= last.step + 1;
    QStringList parts{is_one ? tr("Branched at step %1: step %2 is set aside in branches/%3")
                                   .arg(at, end)
                                   .arg(last.number)
                             : tr("Branched at step %1: steps %2–%3 are set aside in branches/%4")
                                   .arg(at, locale.toString(last.step + 1), end)
                                   .arg(last.number)};
    if (last.checkpoints > 0) parts << tr("%Ln checkpoint(s) there", nullptr, last.checkpoints);
    if (info.branches.size() > 1)
        parts << tr("%Ln line(s) set aside in all", nullptr, int(info.branches.size()));
    return parts.join(QStringLiteral(" · "));
}

QString runFileName(const QString& name) {
    static const QRegularExpression others(QStringLiteral("[^\\w.+=-]+"),
                                           QRegularExpression::UseUnicodePropertiesOption);
    QString file = name.trimmed();
    file.replace(others, QStringLiteral("-"));
    while (file.startsWith(QLatin1Char('.')) || file.startsWith(QLatin1Char('-')))
        file.remove(0, 1);
    while (file.endsWith(QLatin1Char('-'))) file.chop(1);
    return file.isEmpty() ? QStringLiteral("run") : file;
}

double progressOf(const RunInfo& info) {
    return info.total_steps > 0 ? std::clamp(double(info.step) / double(info.total_steps), 0.0, 1.0)
                                : 0;
}

QString progressText(const RunInfo& info) {
    const QLocale locale;
    QString text =
        info.total_steps > 0
            ? tr("Step %1 of %2").arg(locale.toString(info.step), locale.toString(info.total_steps))
            : tr("Step %1").arg(locale.toString(info.step));
    if (info.state == RunState::Running && info.eta_seconds > 0) {
        const QDateTime end =
            QDateTime::currentDateTime().addSecs(qint64(std::min(info.eta_seconds, 1e10)));
        const bool is_today = end.date() == QDate::currentDate();
        const QString left = durationText(info.eta_seconds);
        text +=
            QStringLiteral(" · ") +
            (is_today
                 ? tr("%1 left, done at %2")
                       .arg(left, locale.toString(end.time(), QStringLiteral("HH:mm")))
                 : tr("%1 left, done on %2").arg(left, locale.toString(end, tr("d MMM, HH:mm"))));
    }
    return text;
}

}  // namespace univi::ui
