#include "ui/training/watch/probe_keeper.h"

#include <QFileInfo>
#include <QJsonDocument>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/json_text.h"
#include "core/protocol/engine_protocol.h"
#include "ui/training/runs/run_library.h"
#include "ui/training/runs/run_use.h"
#include "ui/training/watch/model_asker.h"

namespace univi::ui {
namespace {

QJsonObject groupsJson(const protocol::TokenGroups& groups) {
    if (groups.frames.empty()) return {};
    return QJsonDocument::fromJson(
               QByteArray::fromStdString(base::json_text(protocol::to_json(groups))))
        .object();
}

QString keyOf(const QString& folder, qint64 step) {
    return QStringLiteral("%1:%2").arg(folder).arg(step);
}

}  // namespace

ProbeKeeper::ProbeKeeper(RunLibrary* library, EngineClient::Options engine, QObject* parent)
    : QObject(parent), library_(library), asker_(new ModelAsker(std::move(engine), this)) {
    connect(library_, &RunLibrary::changed, this, &ProbeKeeper::look);
    connect(
        asker_, &ModelAsker::answered, this,
        [this](int question, const QString& reply, const QString& problem,
               const protocol::TokenGroups& groups) {
            if (question < 0 || question >= questions_.size()) return;
            QString sentence;
            if (!ProbeStore(folder_).add(
                    {step_, questions_[question], reply, problem, groupsJson(groups)}, sentence)) {
                given_up_.insert(keyOf(folder_, step_));
                Q_EMIT failed(folder_, sentence);
            }
            Q_EMIT answered(folder_);
        });
    connect(asker_, &ModelAsker::finished, this, [this](const QString& problem) {
        const QString folder = std::exchange(folder_, {});
        const qint64 step = std::exchange(step_, -1);
        if (!problem.isEmpty()) {
            given_up_.insert(keyOf(folder, step));
            // A checkpoint that was replaced by a newer one meanwhile is nobody's fault.
            const RunEntry* entry = library_->find(folder);
            const bool is_there =
                entry &&
                std::ranges::any_of(entry->info.checkpoints, [&](const RunCheckpoint& each) {
                    return each.step == step && QFileInfo::exists(each.folder);
                });
            if (is_there)
                Q_EMIT failed(folder,
                              tr("Checkpoint %1 could not be asked: %2").arg(step).arg(problem));
        }
        Q_EMIT answered(folder);
        look();
    });
}

ProbeKeeper::~ProbeKeeper() = default;

void ProbeKeeper::wake(const QString& folder) {
    awake_.insert(folder);
    given_up_.removeIf(
        [&](const QString& key) { return key.startsWith(folder + QLatin1Char(':')); });
    look();
}

QList<RunCheckpoint> ProbeKeeper::dueOf(const RunInfo& info, const ProbeStore& store) {
    QList<RunCheckpoint> due;
    const auto save_steps = qint64(info.settings.value(QLatin1String("save_steps")).toDouble());
    for (qsizetype i = 0; i < info.checkpoints.size(); ++i) {
        const RunCheckpoint& checkpoint = info.checkpoints[i];
        // Old ones may have been removed: a checkpoint's number follows from its step where
        // that is told.
        const qint64 number = save_steps > 0 ? checkpoint.step / save_steps : i + 1;
        const bool is_newest = i + 1 == info.checkpoints.size();
        if (number % store.everyCheckpoint() != 0 && !(is_newest && !isAlive(info.state))) continue;
        if (std::ranges::any_of(store.probes(), [&](const Probe& probe) {
                return !store.has(checkpoint.step, probe);
            }))
            due << checkpoint;
    }
    return due;
}

void ProbeKeeper::look() {
    if (asker_->isBusy()) return;
    for (const RunEntry& entry : library_->runs())
        if ((isAlive(entry.info.state) || awake_.contains(entry.folder)) && lookAt(entry.info))
            return;
}

bool ProbeKeeper::lookAt(const RunInfo& info) {
    if (info.checkpoints.isEmpty() ||
        !QFileInfo::exists(info.folder + QStringLiteral("/probes.json")))
        return false;
    if (isAlive(info.state))
        awake_.insert(info.folder);  // its last checkpoint is asked even when it ended meanwhile
    const ProbeStore store(info.folder);
    for (const RunCheckpoint& checkpoint : dueOf(info, store)) {
        if (given_up_.contains(keyOf(info.folder, checkpoint.step))) continue;
        folder_ = info.folder;
        step_ = checkpoint.step;
        questions_.clear();
        for (const Probe& probe : store.probes())
            if (!store.has(step_, probe)) questions_ << probe;
        Q_EMIT asking(folder_, step_);
        asker_->ask(modelOf(info, checkpoint.folder), templateOf(info), store.device(), questions_);
        return true;
    }
    return false;
}

}  // namespace univi::ui
