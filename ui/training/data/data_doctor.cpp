#include "ui/training/data/data_doctor.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "training/options/command_text.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

using protocol::DataProblem;

/// Only what the check looks at: other settings may still be unfinished.
training::TrainOptions checkOptions(const training::TrainOptions& options, bool decode) {
    training::TrainOptions check;
    check.model_name_or_path = options.model_name_or_path;
    check.version = options.version;
    check.datasets = options.datasets;
    check.dataset_use = options.dataset_use;
    check.eval_dataset_use = options.eval_dataset_use;
    // Held-out data are refused without a strategy; which one does not matter here.
    if (!check.eval_dataset_use.empty()) check.evaluation_strategy = training::Interval::Epoch;
    check.data_path = options.data_path;
    check.model_max_length = options.model_max_length;
    check.max_frames = options.max_frames;
    check.threads = options.threads;
    check.check_media = decode ? training::MediaLook::Decode : training::MediaLook::Exists;
    check.check_data = true;
    check.check_format = training::ReportFormat::Json;
    return check;
}

}  // namespace

QString problemName(DataProblem problem) {
    static constexpr const char* kNames[protocol::kDataProblems] = {
        QT_TRANSLATE_NOOP("univi::ui", "No valid JSON"),
        QT_TRANSLATE_NOOP("univi::ui", "Not of the form of an item"),
        QT_TRANSLATE_NOOP("univi::ui", "Placeholders and media do not fit"),
        QT_TRANSLATE_NOOP("univi::ui", "Media by absolute paths"),
        QT_TRANSLATE_NOOP("univi::ui", "Picture or video missing"),
        QT_TRANSLATE_NOOP("univi::ui", "Picture or video cannot be read"),
        QT_TRANSLATE_NOOP("univi::ui", "Video damaged in part"),
        QT_TRANSLATE_NOOP("univi::ui", "Too long for its pictures"),
        QT_TRANSLATE_NOOP("univi::ui", "Too long: its end is cut"),
        QT_TRANSLATE_NOOP("univi::ui", "Nothing to learn"),
        QT_TRANSLATE_NOOP("univi::ui", "Media that no placeholder shows")};
    return tr(kNames[std::size_t(problem)]);
}

DataDoctor::DataDoctor(QObject* parent) : QObject(parent) {
    connect(&child_, &TrainChild::printed, this, &DataDoctor::takeLine);
    connect(&child_, &TrainChild::finished, this, &DataDoctor::finish);
}

void DataDoctor::check(const training::TrainOptions& options, bool decode) {
    if (options.dataset_use.empty()) return Q_EMIT failed(tr("Choose a data set first."));
    report_.reset();
    unread_.clear();
    QStringList arguments;
    for (const std::string& each : training::make_arguments(checkOptions(options, decode)))
        arguments << QString::fromStdString(each);
    Q_EMIT progressed(0, 0);
    child_.ask(arguments);
}

void DataDoctor::stop() {
    child_.stop();
}

void DataDoctor::takeLine(const QByteArray& line) {
    try {
        const auto event = protocol::check_event_from_json(base::parse_json(
            std::string_view(line.constData(), std::size_t(line.size())), "the data check"));
        if (const auto* progress = std::get_if<protocol::CheckProgress>(&event))
            Q_EMIT progressed(progress->done, progress->total);
        else
            report_ = std::get<protocol::DataCheck>(event);
    } catch (const base::Error&) {
        unread_ = tr(
            "univi-train gave a data report of another version: install both programs together.");
    }
}

void DataDoctor::finish(const TrainChild::Result& result) {
    if (result.stopped) return Q_EMIT failed({});
    if (result.ended && result.code <= 1 && report_) return Q_EMIT finished(*report_);
    Q_EMIT failed(!result.problem.isEmpty() ? result.problem
                  : !unread_.isEmpty()      ? unread_
                                            : tr("univi-train left no report: look at its log."));
}

}  // namespace univi::ui
