#include "ui/models/download_list.h"

#include <QFile>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/json_text.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "ui/settings/app_settings.h"

namespace univi::ui {
namespace {

constexpr std::size_t kLargestFile = 1 << 20, kMostKept = 100;

DownloadList::Options complete(DownloadList::Options options) {
    if (options.program.isEmpty()) options.program = programBeside(QStringLiteral("univi-cli"));
    if (options.file.isEmpty())
        options.file = QString::fromStdString((base::data_folder() / "downloads.json").string());
    return options;
}

bool isOver(const DownloadJob* job) {
    return job->state() == DownloadJob::State::Done || job->state() == DownloadJob::State::Removed;
}

bool isAtWork(const DownloadJob* job) {
    using State = DownloadJob::State;
    return job->state() == State::Running || job->state() == State::Pausing ||
           job->state() == State::Removing;
}

}  // namespace

DownloadList::DownloadList(AppSettings* settings, const Options& options, QObject* parent)
    : QObject(parent), settings_(settings), options_(complete(options)) {
    load();
}

DownloadList::~DownloadList() {
    // The children end with their pipes; nothing that they say now is heard.
    for (DownloadJob* job : std::as_const(jobs_)) job->disconnect(this);
}

DownloadJob* DownloadList::find(const QString& name) const {
    const auto found = std::ranges::find_if(jobs_, [&](const DownloadJob* job) {
        return !isOver(job) && (job->name() == name || job->given() == name);
    });
    return found == jobs_.end() ? nullptr : *found;
}

void DownloadList::get(const QString& given) {
    const QString repository = given.trimmed();
    if (repository.isEmpty())
        return Q_EMIT refused(tr("Name a model as owner/name, or paste its address."));
    if (settings_->isOffline())
        return Q_EMIT refused(
            tr("Settings say that this program stays offline; switch that off to get a model."));
    if (DownloadJob* job = find(repository)) return resume(job);
    add(repository);
    save();
    startNext();
}

void DownloadList::resume(DownloadJob* job) {
    if (settings_->isOffline())
        return Q_EMIT refused(
            tr("Settings say that this program stays offline; switch that off to get a model."));
    job->queue();
    startNext();
}

DownloadJob* DownloadList::add(const QString& given) {
    auto* job = new DownloadJob(given, options_.program, this);
    jobs_ << job;
    connect(job, &DownloadJob::stateChanged, this, [this, job] { onState(job); });
    Q_EMIT added(job);
    return job;
}

void DownloadList::onState(DownloadJob* job) {
    using State = DownloadJob::State;
    if (job->state() == State::Done) {
        save();
        Q_EMIT finished(job);
    } else if (job->state() == State::Failed && job->isRefused() && !job->hasPlan()) {
        const QString sentence = job->problem();
        drop(job);
        Q_EMIT refused(sentence);
    } else if (job->state() == State::Failed) {
        Q_EMIT failed(job);
    } else if (job->state() == State::Removed) {
        drop(job);
    }
    if (!isAtWork(job)) startNext();
}

void DownloadList::drop(DownloadJob* job) {
    jobs_.removeOne(job);
    save();
    Q_EMIT removed(job);
    job->deleteLater();
}

void DownloadList::startNext() {
    if (settings_->isOffline() || std::ranges::any_of(jobs_, isAtWork)) return;
    const auto next = std::ranges::find(jobs_, DownloadJob::State::Waiting, &DownloadJob::state);
    if (next != jobs_.end()) (*next)->start();
}

void DownloadList::load() {
    try {
        const std::filesystem::path file = options_.file.toStdString();
        if (!QFile::exists(options_.file)) return;
        const base::Json json = base::read_json_file(file, kLargestFile);
        if (!json.is_array()) return;
        for (std::size_t i = 0; i < std::min(json.size(), kMostKept); ++i)
            if (json[i].is_string()) add(QString::fromStdString(json[i]))->pause();
    } catch (const base::Error& error) {
        base::log_warning(std::string("unfinished downloads are not listed: ") + error.what());
    }
}

void DownloadList::save() const {
    base::Json json = base::Json::array();
    for (const DownloadJob* job : jobs_)
        if (!isOver(job)) json.push_back(job->given().toStdString());
    try {
        base::write_file_atomically(options_.file.toStdString(), base::json_text(json));
    } catch (const base::Error& error) {
        base::log_warning(std::string("unfinished downloads are not kept: ") + error.what());
    }
}

}  // namespace univi::ui
