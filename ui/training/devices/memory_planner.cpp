#include "ui/training/devices/memory_planner.h"

#include <QFileInfo>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "training/options/command_text.h"

namespace univi::ui {
namespace {

constexpr int kDelayMs = 400;

/// The folder with the published shape that a model's name speaks of; "" when it names none.
QString publishedShape(const std::string& model) {
    const QString name = QString::fromStdString(model).toLower();
    const QString size = name.contains(QLatin1String("13b"))  ? QStringLiteral("13b")
                         : name.contains(QLatin1String("7b")) ? QStringLiteral("7b")
                                                              : QString();
    if (size.isEmpty()) return {};
    try {
        return QString::fromStdString(
            (base::resources_folder() / "training" / "shapes" / size.toStdString()).string());
    } catch (const base::Error&) {
        return {};
    }
}

}  // namespace

MemoryPlanner::MemoryPlanner(QObject* parent) : QObject(parent) {
    timer_.setSingleShot(true);
    timer_.setInterval(kDelayMs);
    connect(&timer_, &QTimer::timeout, this, &MemoryPlanner::ask);
    connect(&child_, &TrainChild::finished, this, &MemoryPlanner::take);
}

void MemoryPlanner::plan(const training::TrainOptions& options, const QString& device_memory) {
    child_.drop();
    wanted_ = options;
    device_memory_ = device_memory;
    state_ = State::Working;
    timer_.start();
    Q_EMIT changed();
}

/// Puts a published shape where the model is not here yet. False when there is none to put.
bool MemoryPlanner::chooseModel(training::TrainOptions& options) {
    assumption_.clear();
    const QString model = QString::fromStdString(options.model_name_or_path);
    if (QFileInfo(model + QStringLiteral("/config.json")).isFile()) return true;
    const QString shape = publishedShape(options.model_name_or_path);
    if (shape.isEmpty()) return false;
    assumption_ = tr("The base model is not here yet: reckoned with the published shape of %1.")
                      .arg(QFileInfo(shape).fileName().toUpper());
    options.model_name_or_path = shape.toStdString();
    return true;
}

void MemoryPlanner::ask() {
    plan_.reset();
    advice_ = {};
    problem_.clear();
    is_second_ = false;
    training::TrainOptions options = wanted_;
    if (!chooseModel(options))
        return fail(tr("Choose a base model to see what memory its training takes."));
    options.output_dir.clear();
    options.plan = true;
    options.check_data = false;
    options.plan_format = training::ReportFormat::Json;
    options.plan_device_memory = device_memory_.toStdString();
    askFor(options);
}

void MemoryPlanner::askFor(const training::TrainOptions& options) {
    asked_ = options;
    QStringList arguments;
    for (const std::string& each : training::make_arguments(options))
        arguments << QString::fromStdString(each);
    child_.ask(arguments);
}

void MemoryPlanner::take(const TrainChild::Result& result) {
    if (result.ended && (result.code == 0 || result.code == 1) && !result.output.isEmpty()) {
        try {
            return takePlan(readMemoryPlan(result.output));
        } catch (const base::Error& error) {
            return fail(QString::fromUtf8(error.what()));
        }
    }
    // Data that cannot be read yet is no reason to have no plan: the longest sample stands in.
    if (result.ended && !asked_.dataset_use.empty()) {
        training::TrainOptions options = asked_;
        options.dataset_use.clear();
        options.datasets.clear();
        return askFor(options);
    }
    fail(result.problem.isEmpty() ? tr("univi-train gave no memory plan: look at its log.")
                                  : result.problem);
}

void MemoryPlanner::takePlan(const MemoryPlan& plan) {
    if (is_second_) {
        advice_ = advise(wanted_, *plan_, plan);
        return finish();
    }
    plan_ = plan;
    const PlanRow* chosen = plan.chosen();
    if (!chosen || chosen->fits) return finish();
    if (plan.checkpointing) {
        advice_ = advise(wanted_, plan, plan);
        return finish();
    }
    is_second_ = true;
    training::TrainOptions options = asked_;
    options.gradient_checkpointing = true;
    askFor(options);
}

void MemoryPlanner::fail(const QString& sentence) {
    // The plan itself may be there: only the search for a better setting failed.
    if (is_second_ && plan_) return finish();
    problem_ = sentence;
    state_ = State::Failed;
    Q_EMIT changed();
}

void MemoryPlanner::finish() {
    state_ = State::Ready;
    Q_EMIT changed();
}

}  // namespace univi::ui
