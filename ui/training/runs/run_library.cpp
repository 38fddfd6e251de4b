#include "ui/training/runs/run_library.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <algorithm>

#include "core/base/paths.h"
#include "ui/files/json_file.h"
#include "ui/files/openable_path.h"
#include "ui/training/runs/process_probe.h"
#include "ui/training/runs/run_command.h"
#include "ui/training/runs/run_files.h"
#include "ui/training/runs/run_trash.h"

namespace univi::ui {
namespace {

constexpr int kRootDepth = 2;
constexpr qsizetype kMostFound = 500;

QString clean(const QString& folder) {
    return QDir::cleanPath(QDir(folder).absolutePath());
}

QJsonObject toJson(const RunStart& run) {
    return {{"arguments", QJsonArray::fromStringList(run.arguments)},
            {"output_dir", run.output_dir},
            {"name", run.name},
            {"devices", QJsonArray::fromStringList(run.devices)},
            {"working_folder", run.working_folder},
            {"after", run.after},
            {"queued", run.queued}};
}

QStringList texts(const QJsonValue& list) {
    QStringList result;
    for (const QJsonValue& each : list.toArray()) result << each.toString();
    return result;
}

RunStart startFrom(const QJsonObject& json) {
    RunStart run;
    run.arguments = texts(json.value(QLatin1String("arguments")));
    run.output_dir = json.value(QLatin1String("output_dir")).toString();
    run.name = json.value(QLatin1String("name")).toString();
    run.devices = texts(json.value(QLatin1String("devices")));
    run.working_folder = json.value(QLatin1String("working_folder")).toString();
    run.after = json.value(QLatin1String("after")).toString();
    run.queued = json.value(QLatin1String("queued")).toBool();
    return run;
}

void findRuns(const QString& folder, int depth, QStringList& found) {
    if (RunFiles::isRun(folder))
        found << clean(folder);
    else if (depth > 0 && found.size() < kMostFound)
        for (const QFileInfo& below :
             QDir(folder).entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks))
            findRuns(below.absoluteFilePath(), depth - 1, found);
}

/// Order in the list: what needs a look first.
int rankOf(RunState state) {
    return state == RunState::Queued ? 0 : isAlive(state) ? 1 : 2;
}

}  // namespace

RunScanner::RunScanner() = default;
RunScanner::~RunScanner() = default;

void RunScanner::look(const QStringList& folders, const QStringList& roots) {
    QStringList found;
    for (const QString& root : roots) findRuns(root, kRootDepth, found);
    QList<RunInfo> infos;
    for (const QString& folder : folders + found) {
        std::unique_ptr<RunFiles>& files = runs_[folder];
        if (!files) files = std::make_unique<RunFiles>(folder, RunFiles::Depth::Summary);
        while (files->look().more) {
        }
        infos << files->info();
    }
    std::erase_if(runs_, [&](const auto& each) {
        return !folders.contains(each.first) && !found.contains(each.first);
    });
    Q_EMIT looked(infos, found);
}

RunLibrary::RunLibrary(const Options& options, QObject* parent)
    : QObject(parent), options_(options), launcher_(options.program), scanner_(new RunScanner) {
    static const int registered = qRegisterMetaType<QList<RunInfo>>();
    Q_UNUSED(registered);
    if (options_.file.isEmpty())
        options_.file = QString::fromStdString((base::data_folder() / "runs.json").string());
    load();
    thread_.setObjectName(QStringLiteral("run files"));
    scanner_->moveToThread(&thread_);
    connect(&thread_, &QThread::finished, scanner_, &QObject::deleteLater);
    connect(scanner_, &RunScanner::looked, this, &RunLibrary::take);
    thread_.start();
    timer_.setInterval(options_.look_ms);
    connect(&timer_, &QTimer::timeout, this, &RunLibrary::lookNow);
    timer_.start();
    lookNow();
}

RunLibrary::~RunLibrary() {
    thread_.quit();
    thread_.wait();
}

void RunLibrary::load() {
    const JsonObject read = readJsonFile(options_.file);
    if (!read.problem.isEmpty()) setAside(read.problem);
    const QJsonObject& root = read.object;
    roots_ = texts(root.value(QLatin1String("roots")));
    queue_ = texts(root.value(QLatin1String("queue")));
    forgotten_ = texts(root.value(QLatin1String("forgotten")));
    keeps_awake_ = root.value(QLatin1String("keep_awake")).toBool(true);
    for (const QJsonValue& value : root.value(QLatin1String("runs")).toArray()) {
        const QJsonObject json = value.toObject();
        const QString folder = json.value(QLatin1String("folder")).toString();
        if (folder.isEmpty()) continue;
        RunEntry& entry = remember(folder);
        entry.added =
            QDateTime::fromString(json.value(QLatin1String("added")).toString(), Qt::ISODate);
        entry.start = startFrom(json.value(QLatin1String("start")).toObject());
        entry.name = json.value(QLatin1String("name")).toString(entry.start.name);
        if (!entry.name.isEmpty()) entry.info.name = entry.name;
    }
}

/// The next change would replace a list that cannot be read: it is kept under another name.
void RunLibrary::setAside(const QString& problem) {
    QString aside = options_.file + QStringLiteral(".damaged");
    for (int i = 2; QFileInfo::exists(aside); ++i)
        aside = QStringLiteral("%1.damaged-%2").arg(options_.file).arg(i);
    if (!QFile::rename(options_.file, aside)) aside = options_.file;
    problem_ =
        tr("The list of runs is damaged and was kept as %1: open the runs' folders again. %2")
            .arg(QFileInfo(aside).fileName(), problem);
}

void RunLibrary::save() const {
    QJsonArray runs;
    for (const RunEntry& entry : entries_) {
        QJsonObject json{{"folder", entry.folder}, {"added", entry.added.toString(Qt::ISODate)}};
        if (!entry.name.isEmpty()) json.insert(QStringLiteral("name"), entry.name);
        if (!entry.start.arguments.isEmpty())
            json.insert(QStringLiteral("start"), toJson(entry.start));
        runs << json;
    }
    const QJsonObject root{{"runs", runs},
                           {"roots", QJsonArray::fromStringList(roots_)},
                           {"queue", QJsonArray::fromStringList(queue_)},
                           {"forgotten", QJsonArray::fromStringList(forgotten_)},
                           {"keep_awake", keeps_awake_}};
    QSaveFile file(options_.file);
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(root).toJson()) < 0 ||
        !file.commit())
        qWarning("The list of runs %s was not written: %s", qUtf8Printable(options_.file),
                 qUtf8Printable(file.errorString()));
}

RunEntry& RunLibrary::remember(const QString& folder) {
    const QString key = clean(folder);
    forgotten_.removeAll(key);
    RunEntry& entry = entries_[key];
    if (entry.folder.isEmpty()) {
        entry.folder = entry.info.folder = key;
        entry.info.name = QDir(key).dirName();
        entry.added = QDateTime::currentDateTime();
    }
    return entry;
}

QList<RunEntry> RunLibrary::runs() const {
    QList<RunEntry> list = entries_.values();
    const auto when = [](const RunEntry& entry) {
        return entry.info.changed.isValid() ? entry.info.changed : entry.added;
    };
    std::ranges::stable_sort(list, [&](const RunEntry& a, const RunEntry& b) {
        const int first = rankOf(a.info.state), second = rankOf(b.info.state);
        if (first != second) return first < second;
        if (first == 0) return queue_.indexOf(a.folder) < queue_.indexOf(b.folder);
        // Living ones change all the time: their order follows their start, not their last step.
        if (first == 1) return a.info.started > b.info.started;
        return when(a) > when(b);
    });
    return list;
}

const RunEntry* RunLibrary::find(const QString& folder) const {
    const auto found = entries_.constFind(clean(folder));
    return found == entries_.constEnd() ? nullptr : &*found;
}

bool RunLibrary::start(const RunStart& run, QString& problem) {
    if (!run.queued) return startNow(run, problem);
    problem.clear();
    RunEntry& entry = remember(run.output_dir);
    entry.start = run;
    if (!run.name.isEmpty()) entry.info.name = entry.name = run.name;
    entry.info.state = RunState::Queued;
    if (!queue_.contains(entry.folder)) queue_ << entry.folder;
    save();
    Q_EMIT changed();
    lookNow();
    return true;
}

bool RunLibrary::startNow(const RunStart& run, QString& problem) {
    if (launcher_.start(run, problem) == 0) return false;
    RunEntry& entry = remember(run.output_dir);
    entry.start = run;
    entry.start.queued = false;
    entry.info.state = RunState::Starting;
    // A run that is resumed comes without a name and keeps the one it has.
    if (!run.name.isEmpty()) entry.info.name = entry.name = run.name;
    queue_.removeAll(entry.folder);
    save();
    Q_EMIT changed();
    lookNow();
    return true;
}

void RunLibrary::unqueue(const QString& folder) {
    queue_.removeAll(clean(folder));
    if (RunFiles::isRun(folder))
        lookNow();
    else
        entries_.remove(clean(folder));
    save();
    Q_EMIT changed();
}

QStringList RunLibrary::open(const QString& shown) {
    const QString folder = openablePath(shown);
    QStringList found;
    if (RunFiles::isRun(folder)) found << clean(folder);
    if (found.isEmpty()) findRuns(folder, kRootDepth, found);
    if (found.isEmpty()) found = findEventFolders(folder);
    for (const QString& each : std::as_const(found)) remember(each);
    if (!found.isEmpty()) {
        save();
        Q_EMIT changed();
        lookNow();
    }
    return found;
}

void RunLibrary::takeOut(const QString& key) {
    entries_.remove(key);
    queue_.removeAll(key);
    if (!forgotten_.contains(key)) forgotten_ << key;
    save();
    Q_EMIT changed();
}

void RunLibrary::forget(const QString& folder) {
    takeOut(clean(folder));
}

void RunLibrary::rename(const QString& folder, const QString& name) {
    const auto entry = entries_.find(clean(folder));
    if (entry == entries_.end() || entry->name == name.simplified()) return;
    entry->name = name.simplified();
    // Its own name, if it has another than its folder's, comes with the next look.
    entry->info.name = entry->name.isEmpty() ? QDir(entry->folder).dirName() : entry->name;
    save();
    Q_EMIT changed();
    lookNow();
}

bool RunLibrary::remove(const QString& folder, QString& problem) {
    problem.clear();
    const QString key = clean(folder);
    const auto entry = entries_.constFind(key);
    if (entry == entries_.constEnd()) return false;
    // The list is a moment behind: the process itself is asked too.
    if (isAlive(entry->info.state) || livingProcess(key + QStringLiteral("/pid")) > 0) {
        problem = tr("%1 is running: stop it first.").arg(entry->info.name);
        return false;
    }
    Removed removed{*entry, {}};
    if (QFileInfo::exists(key) || !queue_.contains(key)) {
        removed.trashed = moveToTrash(key, problem);
        if (removed.trashed.isEmpty()) return false;
    }
    removed.entry.start.queued = queue_.contains(key);
    removed_ << removed;
    takeOut(key);
    return true;
}

QString RunLibrary::restoreRemoved(QString& problem) {
    problem.clear();
    if (removed_.isEmpty()) return {};
    const Removed removed = removed_.last();
    const QString key = removed.entry.folder;
    if (!removed.trashed.isEmpty() && !bringBack(removed.trashed, key, problem)) return {};
    removed_.removeLast();
    remember(key) = removed.entry;
    if (removed.entry.start.queued && !queue_.contains(key)) queue_ << key;
    save();
    Q_EMIT changed();
    lookNow();
    return key;
}

void RunLibrary::setKeepsAwake(bool on) {
    keeps_awake_ = on;
    save();
}

void RunLibrary::lookNow() {
    if (looking_) return;  // the thread is busy with the last one
    looking_ = true;
    QMetaObject::invokeMethod(
        scanner_,
        [scanner = scanner_, folders = entries_.keys(), roots = roots_] {
            scanner->look(folders, roots);
        },
        Qt::QueuedConnection);
}

void RunLibrary::take(const QList<RunInfo>& infos, const QStringList& found) {
    looking_ = false;
    bool is_new = false;
    for (const QString& folder : found)
        if (!entries_.contains(folder) && !forgotten_.contains(folder)) {
            remember(folder);
            is_new = true;
        }
    QList<std::pair<RunInfo, RunState>> transitions;
    for (const RunInfo& info : infos) {
        const auto entry = entries_.find(info.folder);
        if (entry == entries_.end()) continue;
        const RunState before = entry->info.state;
        entry->info = info;
        if (!entry->name.isEmpty()) entry->info.name = entry->name;
        if (queue_.contains(info.folder))
            entry->info.state = RunState::Queued;
        else if (before == RunState::Starting && info.state == RunState::Unknown)
            entry->info.state = before;
        if (before != entry->info.state) transitions.emplace_back(entry->info, before);
    }
    if (is_new) save();
    Q_EMIT changed();
    for (const auto& [info, before] : transitions) Q_EMIT stateChanged(info, before);
    startQueued();
}

/// What a queued run waits for; empty when it may start.
QString RunLibrary::obstacleOf(const RunStart& run) const {
    if (!run.after.isEmpty()) {
        const RunEntry* first = find(run.after);
        if (!first) return tr("The run before it is not known any more.");
        if (first->info.state == RunState::Failed || first->info.state == RunState::Lost ||
            first->info.state == RunState::Stopped)
            return tr("Waits for %1, which did not come to its end: resume it first.")
                .arg(first->info.name);
        if (first->info.state != RunState::Done) return tr("Waits for %1.").arg(first->info.name);
    }
    for (const RunEntry& other : entries_) {
        if (!isAlive(other.info.state) || !other.info.host.isEmpty()) continue;
        const QStringList theirs = other.start.devices.isEmpty()
                                       ? devicesOfCommand(other.info.command.mid(1))
                                       : other.start.devices;
        const bool meet = run.devices.isEmpty() || theirs.isEmpty() ||
                          std::ranges::any_of(run.devices, [&](const QString& device) {
                              return theirs.contains(device);
                          });
        if (meet) return tr("Waits for the devices of %1.").arg(other.info.name);
    }
    return {};
}

void RunLibrary::startQueued() {
    for (const QString& folder : QStringList(queue_)) {
        RunEntry& entry = entries_[folder];
        entry.waiting_for = obstacleOf(entry.start);
        if (!entry.waiting_for.isEmpty()) continue;
        QString problem;
        const RunStart run = entry.start;
        if (startNow(run, problem)) return;  // the next one sees this one's devices taken
        queue_.removeAll(folder);
        save();
        Q_EMIT queueFailed(folder, problem);
    }
}

}  // namespace univi::ui
