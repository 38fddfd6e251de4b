#include "ui/training/runs/probe_store.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>
#include <algorithm>
#include <utility>

#include "ui/files/json_file.h"
#include "ui/text/translate.h"

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

QString fileOf(const QString& folder, const char* name) {
    return QDir(folder).filePath(QLatin1String(name));
}

QString problemOf(const QFileDevice& file) {
    return tr("%1 cannot be written: %2.").arg(file.fileName(), file.errorString());
}

}  // namespace

ProbeStore::ProbeStore(QString folder) : folder_(std::move(folder)) {
    load();
}

void ProbeStore::load() {
    const JsonObject settings = readJsonFile(fileOf(folder_, "probes.json"), kLargest);
    problem_ = settings.problem;
    questions_damaged_ = !settings.problem.isEmpty();
    const QJsonObject& root = settings.object;
    every_ = std::clamp(root.value(QLatin1String("every")).toInt(1), 1, 1000);
    device_ = root.value(QLatin1String("device")).toString(device_);
    for (const QJsonValue& each : root.value(QLatin1String("probes")).toArray())
        probes_ << probeFrom(each.toObject());
    loadAnswers();
}

/// A line that cannot be read costs no other.
void ProbeStore::loadAnswers() {
    QFile file(fileOf(folder_, "probes.jsonl"));
    if (!file.open(QIODevice::ReadOnly) || file.size() > kLargest) return;
    int line_number = 0, damaged = 0, first = 0;
    for (const QByteArray& line : file.readAll().split('\n')) {
        ++line_number;
        if (line.trimmed().isEmpty()) continue;
        const QJsonObject json = QJsonDocument::fromJson(line).object();  // reads over a mark too
        if (json.isEmpty()) {
            if (damaged++ == 0) first = line_number;
            continue;
        }
        answers_ << ProbeAnswer{qint64(json.value(QLatin1String("step")).toDouble()),
                                probeFrom(json.value(QLatin1String("probe")).toObject()),
                                json.value(QLatin1String("reply")).toString(),
                                json.value(QLatin1String("problem")).toString(),
                                json.value(QLatin1String("groups")).toObject()};
    }
    if (damaged == 0) return;
    problem_ = joinSentences(
        {problem_, damaged == 1
                       ? tr("%1: the answer in line %2 cannot be read; the others are shown.")
                             .arg(file.fileName())
                             .arg(first)
                       : tr("%1: %Ln answer(s) cannot be read, the first in line %2; the others "
                            "are shown.",
                            nullptr, damaged)
                             .arg(file.fileName())
                             .arg(first)});
}

bool ProbeStore::setProbes(const QList<Probe>& probes, int every, const QString& device,
                           QString& problem) {
    probes_ = probes;
    every_ = std::clamp(every, 1, 1000);
    device_ = device;
    // Questions that cannot be read are a person's all the same.
    if (std::exchange(questions_damaged_, false))
        QFile::rename(fileOf(folder_, "probes.json"), fileOf(folder_, "probes.json.damaged"));
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
