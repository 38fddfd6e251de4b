#include "ui/training/runs/probe_store.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <algorithm>

namespace univi::ui {
namespace {

constexpr qint64 kLargest = qint64{64} << 20;

QJsonObject toJson(const Probe& probe) {
    return {{"medium", probe.medium}, {"question", probe.question}};
}

Probe probeFrom(const QJsonObject& json) {
    return {json.value(QLatin1String("medium")).toString(),
            json.value(QLatin1String("question")).toString()};
}

QString problemOf(const QFileDevice& file) {
    return QCoreApplication::translate("univi::ui::ProbeStore", "%1 cannot be written: %2.")
        .arg(file.fileName(), file.errorString());
}

}  // namespace

ProbeStore::ProbeStore(QString folder) : folder_(std::move(folder)) {
    load();
}

void ProbeStore::load() {
    const QDir dir(folder_);
    QFile settings(dir.filePath(QStringLiteral("probes.json")));
    if (settings.open(QIODevice::ReadOnly) && settings.size() < kLargest) {
        const QJsonObject root = QJsonDocument::fromJson(settings.readAll()).object();
        every_ = std::clamp(root.value(QLatin1String("every")).toInt(1), 1, 1000);
        device_ = root.value(QLatin1String("device")).toString(device_);
        for (const QJsonValue& each : root.value(QLatin1String("probes")).toArray())
            probes_ << probeFrom(each.toObject());
    }
    QFile file(dir.filePath(QStringLiteral("probes.jsonl")));
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargest) return;
    for (const QByteArray& line : file.readAll().split('\n')) {
        const QJsonObject json = QJsonDocument::fromJson(line).object();
        if (json.isEmpty()) continue;
        answers_ << ProbeAnswer{qint64(json.value(QLatin1String("step")).toDouble()),
                                probeFrom(json.value(QLatin1String("probe")).toObject()),
                                json.value(QLatin1String("reply")).toString(),
                                json.value(QLatin1String("problem")).toString(),
                                json.value(QLatin1String("groups")).toObject()};
    }
}

bool ProbeStore::setProbes(const QList<Probe>& probes, int every, const QString& device,
                           QString& problem) {
    probes_ = probes;
    every_ = std::clamp(every, 1, 1000);
    device_ = device;
    QJsonArray list;
    for (const Probe& probe : probes) list << toJson(probe);
    QSaveFile file(QDir(folder_).filePath(QStringLiteral("probes.json")));
    const QJsonObject root{{"every", every_}, {"device", device_}, {"probes", list}};
    if (file.open(QIODevice::WriteOnly) && file.write(QJsonDocument(root).toJson()) >= 0 &&
        file.commit())
        return true;
    problem = problemOf(file);
    return false;
}

bool ProbeStore::add(const ProbeAnswer& answer, QString& problem) {
    answers_ << answer;
    QJsonObject json{{"step", double(answer.step)}, {"probe", toJson(answer.probe)}};
    if (!answer.problem.isEmpty())
        json.insert(QStringLiteral("problem"), answer.problem);
    else
        json.insert(QStringLiteral("reply"), answer.reply);
    if (!answer.groups.isEmpty()) json.insert(QStringLiteral("groups"), answer.groups);
    QFile file(QDir(folder_).filePath(QStringLiteral("probes.jsonl")));
    if (file.open(QIODevice::Append) &&
        file.write(QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n') >= 0 && file.flush())
        return true;
    problem = problemOf(file);
    return false;
}

bool ProbeStore::has(qint64 step, const Probe& probe) const {
    return std::ranges::any_of(answers_, [&](const ProbeAnswer& answer) {
        return answer.step == step && answer.probe == probe;
    });
}

}  // namespace univi::ui
