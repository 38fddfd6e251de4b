#include "ui/training/runs/run_files.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSysInfo>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/protocol/train_failure.h"
#include "ui/files/json_file.h"
#include "ui/files/openable_path.h"
#include "ui/text/translate.h"
#include "ui/training/runs/process_probe.h"
#include "ui/training/runs/run_use.h"

namespace univi::ui {

namespace train = protocol::train;

namespace {

constexpr qint64 kSummaryBytes = 256 << 10;
constexpr qint64 kLargestJson = qint64{64} << 20;
constexpr int kMostWarnings = 20;

QDateTime changedAt(const QString& path) {
    const QFileInfo file(path);
    return file.exists() ? file.lastModified() : QDateTime();
}

QString fileNameOfFolder(const QString& folder) {
    const QDir dir(folder);
    // TensorBoard's usual last folder says nothing about the run.
    if (dir.dirName() == QLatin1String("runs"))
        return QFileInfo(dir.absolutePath()).dir().dirName();
    return dir.dirName();
}

bool isHere(const QString& host) {
    return host.isEmpty() || host == QSysInfo::machineHostName();
}

}  // namespace

bool isAlive(RunState state) {
    return state == RunState::Starting || state == RunState::Running || state == RunState::Saving;
}

void cutCurve(Curve& curve, std::int32_t step) {
    while (!curve.steps.empty() && curve.steps.back() >= step) {
        curve.steps.pop_back();
        curve.values.pop_back();
    }
}

RunFiles::RunFiles(const QString& folder, Depth depth)
    : folder_(QDir(folder).absolutePath()),
      depth_(depth),
      events_(folder_ + QStringLiteral("/events.jsonl")),
      log_(folder_) {
    info_.folder = folder_;
    info_.name = fileNameOfFolder(folder_);
    if (depth == Depth::Summary) events_.startNearEnd(kSummaryBytes);
}

bool RunFiles::isRun(const QString& folder) {
    const QDir dir(folder);
    return dir.exists(QStringLiteral("run.json")) || dir.exists(QStringLiteral("events.jsonl")) ||
           dir.exists(QLatin1String(kLaunchLog)) ||
           !dir.entryList({QStringLiteral("*tfevents*")}, QDir::Files).isEmpty() ||
           (dir.exists(QStringLiteral("trainer_state.json")) && !findEventFiles(folder).isEmpty());
}

RunUpdate RunFiles::look() {
    RunUpdate update;
    lookAtSettings();
    has_events_ = QFileInfo::exists(events_.path());
    update.more = has_events_ ? lookAtEvents(update) : lookAtCurveFiles(update);
    update.log = log_.read(update.log_reset);
    if (depth_ == Depth::Summary) update.log.clear();
    lookAtFolder();
    decideState();
    info_.damaged = damaged_.values();
    update.info = info_;
    return update;
}

/// The object of a file in the folder; what is wrong with it is remembered.
QJsonObject RunFiles::readObject(const char* name) {
    const QString file = QLatin1String(name);
    const JsonObject read = readJsonFile(folder_ + QLatin1Char('/') + file, kLargestJson);
    if (read.problem.isEmpty())
        damaged_.remove(file);
    else
        damaged_.insert(file, read.problem);
    return read.object;
}

/// A branch.json of the folder; what is wrong with it is remembered.
std::optional<train::Branch> RunFiles::readBranch(const QString& file) {
    const QString path = folder_ + QLatin1Char('/') + file;
    damaged_.remove(file);
    if (!QFileInfo::exists(path)) return std::nullopt;
    try {
        return train::branch_from_json(
            base::read_json_file(QFile::encodeName(path).toStdString(), kLargestJson));
    } catch (const base::Error& error) {
        damaged_.insert(file, QString::fromUtf8(error.what()));
        return std::nullopt;
    }
}

void RunFiles::lookAtSettings() {
    const QString path = folder_ + QStringLiteral("/run.json");
    const QDateTime changed = changedAt(path);
    if (!changed.isValid() || changed == settings_read_) return;
    settings_read_ = changed;
    const QJsonObject run = readObject("run.json");
    info_.settings = run.value(QLatin1String("options")).toObject();
    info_.command.clear();
    for (const QJsonValue& word : run.value(QLatin1String("command")).toArray())
        info_.command << (word.isObject() ? pathIn(word.toObject(), QStringLiteral("path"),
                                                   QStringLiteral("path_bytes"))
                                          : word.toString());
    info_.started =
        QDateTime::fromString(run.value(QLatin1String("started")).toString(), Qt::ISODate);
    const QString host = run.value(QLatin1String("host")).toString();
    info_.host = isHere(host) ? QString() : host;
    info_.ranks = std::max(1, run.value(QLatin1String("ranks")).toInt(1));
    info_.device = run.value(QLatin1String("device")).toString();
    info_.dtype = run.value(QLatin1String("dtype")).toString();
    info_.total_steps =
        std::max(info_.total_steps, qint64(run.value(QLatin1String("total_steps")).toDouble()));
    const QString given = info_.settings.value(QLatin1String("run_name")).toString();
    if (!given.isEmpty() && info_.aside_of.isEmpty()) info_.name = given;
}

bool RunFiles::lookAtEvents(RunUpdate& update) {
    const bool more = events_.read([&] { forgetCurves(update); },
                                   [&](std::string_view line) { takeLine(line, update); });
    handOver(update);
    return more;
}

void RunFiles::forgetCurves(RunUpdate& update) {
    update.curves_reset = true;
    update.curves.clear();
    gathered_.clear();
    info_.last.clear();
    info_.warnings.clear();
    info_.warning_fault = protocol::Fault::Other;
    phase_ = RunPhase::None;
}

void RunFiles::takeLine(std::string_view line, RunUpdate& update) {
    if (!step_.read(line)) return takeEvent(line, update);
    const train::StepEvent& step = step_.step();
    phase_ = RunPhase::Stepping;
    info_.step = step.step;
    if (step.total_steps > 0) info_.total_steps = step.total_steps;
    info_.epoch = step.epoch;
    info_.eta_seconds = step.eta_s;
    info_.seconds_per_step = step.step_s;
    for (const auto& [key, value] : step_.figures()) {
        Gathered& figure = gathered(key);
        figure.last = value;
        figure.any = true;
        if (depth_ == Depth::Summary) continue;
        figure.curve.steps.push_back(std::int32_t(step.step));
        figure.curve.values.push_back(float(value));
    }
}

RunFiles::Gathered& RunFiles::gathered(const char* key) {
    const auto found = std::ranges::find(gathered_, key, &Gathered::key);
    return found != gathered_.end()
               ? *found
               : gathered_.emplace_back(Gathered{key, QString::fromUtf8(key), {}});
}

/// What the lines of this look said, into the update.
void RunFiles::handOver(RunUpdate& update) {
    for (Gathered& figure : gathered_) {
        if (!std::exchange(figure.any, false)) continue;
        info_.last.insert(figure.name, figure.last);
        if (depth_ == Depth::Whole)
            update.curves.insert(figure.name, std::exchange(figure.curve, {}));
    }
}

void RunFiles::addPoint(RunUpdate& update, const QString& name, qint64 step, double value) {
    info_.last.insert(name, value);
    if (depth_ == Depth::Summary) return;
    Curve& curve = update.curves[name];
    curve.steps.push_back(std::int32_t(step));
    curve.values.push_back(float(value));
}

void RunFiles::takeEvent(std::string_view line, RunUpdate& update) {
    try {
        if (const auto event = train::parse_event(line))
            std::visit([&](const auto& each) { take(each, update); }, *event);
    } catch (const base::Error&) {  // not a line of univi-train
    }
}

void RunFiles::take(const train::StartEvent& start, RunUpdate&) {
    phase_ = RunPhase::Started;
    run_path_ = openablePathOf(start.run);
    info_.resumed_from = openablePathOf(start.resumed_from);
    info_.started_from = openablePathOf(start.started_from);
    if (start.facts.total_steps > 0) info_.total_steps = start.facts.total_steps;
    event_error_.reset();
}

void RunFiles::take(const train::DoneEvent& done, RunUpdate&) {
    phase_ = RunPhase::Done;
    if (done.step > 0) info_.step = done.step;
}

void RunFiles::take(const train::StoppedEvent&, RunUpdate&) {
    phase_ = RunPhase::Stopped;
}

/// The first one is the cause; what the other ranks say follows from it.
void RunFiles::take(const train::ErrorEvent& error, RunUpdate&) {
    if (phase_ != RunPhase::Failed || !event_error_) event_error_ = error;
    phase_ = RunPhase::Failed;
}

void RunFiles::take(const train::WarningEvent& warning, RunUpdate&) {
    info_.warnings << QString::fromStdString(warning.message);
    info_.warning_fault = warning.fault;
    if (info_.warnings.size() > kMostWarnings) info_.warnings.removeFirst();
}

void RunFiles::take(const train::EvaluationEvent& evaluation, RunUpdate& update) {
    addPoint(update, QStringLiteral("held_out_loss"), evaluation.step, evaluation.loss);
}

void RunFiles::take(const train::OverflowEvent& overflow, RunUpdate& update) {
    addPoint(update, QStringLiteral("loss_scale"), overflow.step, overflow.next);
}

/// Checkpoints, the result, Hugging Face's state and when something was written last.
void RunFiles::lookAtFolder() {
    if (has_events_) info_.changed = changedAt(events_.path());
    if (!info_.changed.isValid())
        info_.changed = std::max(changedAt(folder_ + QStringLiteral("/log.txt")), settings_read_);
    const QDateTime changed = changedAt(folder_);
    if (changed != folder_read_) {
        folder_read_ = changed;
        lookAtBranches();
        lookAtCheckpoints();
        info_.result = resultIn(folder_);
    }
    if (!has_events_) lookAtTrainerState();
}

void RunFiles::lookAtCheckpoints() {
    info_.checkpoints.clear();
    is_writing_ = false;
    const QStringList moving = checkpointsOnTheMove();
    for (const QFileInfo& entry :
         QDir(folder_).entryInfoList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot)) {
        const QString name = entry.fileName();
        if (name.startsWith(QLatin1String(".checkpoint-"))) is_writing_ = true;
        if (!name.startsWith(QLatin1String("checkpoint-")) || moving.contains(name)) continue;
        bool is_number = false;
        const qint64 step = name.mid(11).toLongLong(&is_number);
        if (is_number)
            info_.checkpoints << RunCheckpoint{entry.absoluteFilePath(), step,
                                               entry.lastModified()};
        else
            is_writing_ |= name.contains(QLatin1String(".tmp"));
    }
    std::ranges::sort(info_.checkpoints, {}, &RunCheckpoint::step);
}

/// Returns the names of what a change of line that was cut off is about to set aside.
QStringList RunFiles::checkpointsOnTheMove() {
    QStringList names;
    const QJsonObject order = readObject("branching.json");
    for (const QJsonValue& name : order.value(QLatin1String("set_aside"))
                                      .toObject()
                                      .value(QLatin1String("checkpoints"))
                                      .toArray())
        names << name.toString();
    return names;
}

/// Hugging Face's state says how far a run without events is.
void RunFiles::lookAtTrainerState() {
    const QDateTime changed = changedAt(folder_ + QStringLiteral("/trainer_state.json"));
    if (!changed.isValid() || changed == state_read_) return;
    state_read_ = changed;
    const QJsonObject state = readObject("trainer_state.json");
    const auto step = qint64(state.value(QLatin1String("global_step")).toDouble());
    info_.total_steps = qint64(state.value(QLatin1String("max_steps")).toDouble());
    info_.step = std::max(info_.step, step);
    is_done_by_state_ = info_.total_steps > 0 && step >= info_.total_steps;
}

/// The lines that were set aside below this folder, or that this folder is one of.
void RunFiles::lookAtBranches() {
    info_.branches.clear();
    const QDir branches(folder_ + QStringLiteral("/branches"));
    for (const QString& name : branches.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        const QString folder = branches.filePath(name);
        if (const auto branch = readBranch(QStringLiteral("branches/%1/branch.json").arg(name)))
            info_.branches << RunBranch{folder,
                                        branch->number,
                                        branch->step,
                                        branch->last_step,
                                        int(branch->checkpoints.size()),
                                        branch->cause == train::BranchCause::Asked};
    }
    std::ranges::sort(info_.branches, {}, &RunBranch::number);
    const auto own = readBranch(QStringLiteral("branch.json"));
    if (!own) return;
    info_.aside_of = QDir::cleanPath(folder_ + QStringLiteral("/../.."));
    const QString run = info_.settings.value(QLatin1String("run_name")).toString();
    info_.name = tr("%1 (set aside, steps %2–%3)")
                     .arg(run.isEmpty() ? QDir(info_.aside_of).dirName() : run)
                     .arg(own->step + 1)
                     .arg(own->last_step);
}

/// Why the newest start failed, in its own words.
std::optional<train::ErrorEvent> RunFiles::launchFailure() {
    const QString path = folder_ + QLatin1Char('/') + QLatin1String(kLaunchFailure);
    const QDateTime changed = changedAt(path);
    if (!changed.isValid() || !log_.lastLaunch().isValid() || changed < log_.lastLaunch())
        return std::nullopt;
    if (changed != launch_error_read_) {
        launch_error_read_ = changed;
        launch_error_ = train::read_failure(QFile::encodeName(path).toStdString());
    }
    return launch_error_;
}

RunSigns RunFiles::signs() {
    RunSigns signs;
    signs.phase = phase_;
    signs.has_events = has_events_;
    signs.is_writing = is_writing_;
    signs.is_done_by_state = is_done_by_state_;
    signs.last_launch = log_.lastLaunch();
    signs.last_error = log_.lastError().text;
    signs.failure = event_error_;
    signs.launch_failure = launchFailure();
    return signs;
}

/// Finds where the command's relative paths start: the process knows, else the launch's log, else
/// the run's own folder when it is named relative to it.
void RunFiles::findWorkingFolder(qint64 pid) {
    if (pid > 0) info_.working_folder = workingFolderOf(pid);
    if (info_.working_folder.isEmpty()) info_.working_folder = log_.launchFolder();
    const QString output =
        QDir::cleanPath(info_.settings.value(QLatin1String("output_dir")).toString());
    if (info_.working_folder.isEmpty() && !output.isEmpty() && QDir::isRelativePath(output) &&
        run_path_.endsWith(QLatin1Char('/') + output))
        info_.working_folder = run_path_.chopped(output.size() + 1);
}

void RunFiles::decideState() {
    const qint64 pid = info_.host.isEmpty() ? livingProcess(folder_ + QStringLiteral("/pid")) : 0;
    info_.pid = pid > 0 ? signalTarget(pid) : 0;
    findWorkingFolder(pid);
    const bool is_foreign = !info_.host.isEmpty() || info_.from_tensorboard;
    const RunVerdict verdict = pid > 0      ? RunVerdict{stateOfLiving(signs(), info_)}
                               : is_foreign ? stateOfForeign(signs(), info_)
                                            : stateOfDead(signs(), info_);
    info_.state = verdict.state;
    info_.problem = verdict.problem ? QString::fromStdString(verdict.problem->message) : QString();
    info_.fault = verdict.problem ? verdict.problem->known_fault() : protocol::Fault::Other;
    if (!isAlive(info_.state)) info_.eta_seconds = 0;
}

}  // namespace univi::ui
