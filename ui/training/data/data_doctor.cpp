#include "ui/training/data/data_doctor.h"

#include <QCoreApplication>
#include <QFile>
#include <QHash>
#include <QMap>
#include <QRegularExpression>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "training/options/command_text.h"

namespace univi::ui {
namespace {

using base::Json;

struct ProblemName {
    const char* name;
    bool is_fault;
};

/// Keys of the report, see DataProblem.
const QHash<QString, ProblemName>& problemNames() {
    static const QHash<QString, ProblemName> names{
        {"broken_json", {QT_TRANSLATE_NOOP("DataDoctor", "No valid JSON"), true}},
        {"bad_item", {QT_TRANSLATE_NOOP("DataDoctor", "Not of the form of an item"), true}},
        {"absolute_medium", {QT_TRANSLATE_NOOP("DataDoctor", "Media by absolute paths"), true}},
        {"placeholders",
         {QT_TRANSLATE_NOOP("DataDoctor", "Placeholders and media do not fit"), true}},
        {"missing_medium", {QT_TRANSLATE_NOOP("DataDoctor", "Picture or video missing"), true}},
        {"broken_medium",
         {QT_TRANSLATE_NOOP("DataDoctor", "Picture or video cannot be read"), true}},
        {"damaged_medium", {QT_TRANSLATE_NOOP("DataDoctor", "Video damaged in part"), true}},
        {"pictures_cut_off", {QT_TRANSLATE_NOOP("DataDoctor", "Too long for its pictures"), false}},
        {"too_long", {QT_TRANSLATE_NOOP("DataDoctor", "Too long: its end is cut"), false}},
        {"no_loss", {QT_TRANSLATE_NOOP("DataDoctor", "Nothing to learn"), false}},
        {"unused_medium",
         {QT_TRANSLATE_NOOP("DataDoctor", "Media that no placeholder shows"), false}}};
    return names;
}

/// "chat.json:120, item 3 (id 17): why" into its parts.
DataFindings::Finding readFinding(const Json& json) {
    DataFindings::Finding finding;
    finding.problem = QString::fromStdString(json.at("problem").get<std::string>());
    finding.item = json.at("item").get<qint64>();
    const QString message = QString::fromStdString(json.at("message").get<std::string>());
    static const QRegularExpression form(
        QStringLiteral("^(.+?):(\\d+), item \\d+(?: \\(id [^)]*\\))?:? ?(.*)$"),
        QRegularExpression::DotMatchesEverythingOption);
    const auto match = form.match(message);
    finding.file = match.captured(1);
    finding.line = match.captured(2).toLongLong();
    finding.why = match.hasMatch() ? match.captured(3) : message;
    return finding;
}

void readLengths(const Json& json, DataFindings& findings) {
    findings.shortest = json.at("shortest").get<qint64>();
    findings.median = json.at("median").get<qint64>();
    findings.percentile95 = json.at("percentile95").get<qint64>();
    findings.longest = json.at("longest").get<qint64>();
    findings.bucket = std::max<qint64>(1, json.at("bucket").get<qint64>());
    for (const Json& count : json.at("histogram")) findings.histogram << count.get<qint64>();
}

DataFindings readFindings(const Json& json) {
    DataFindings findings;
    const std::pair<const char*, qint64 DataFindings::*> numbers[] = {
        {"items", &DataFindings::items},
        {"text_only", &DataFindings::text_only},
        {"with_pictures", &DataFindings::with_pictures},
        {"with_video", &DataFindings::with_video},
        {"pictures", &DataFindings::pictures},
        {"frames", &DataFindings::frames},
        {"tokens", &DataFindings::tokens},
        {"trained_tokens", &DataFindings::trained_tokens},
        {"repeated_items", &DataFindings::repeated_items}};
    for (const auto& [key, member] : numbers) findings.*member = json.at(key).get<qint64>();
    readLengths(json.at("length"), findings);
    for (const auto& [key, count] : json.at("problems").items())
        if (count.get<qint64>() > 0)
            findings.counts.append({QString::fromStdString(key), count.get<qint64>()});
    for (const Json& source : json.at("sources"))
        findings.sources.append({QString::fromStdString(source.at("chat_path").get<std::string>()),
                                 source.at("items").get<qint64>(),
                                 source.at("items_with_faults").get<qint64>()});
    for (const Json& finding : json.at("findings")) findings.findings.append(readFinding(finding));
    findings.has_faults = json.at("has_faults").get<bool>();
    findings.sampling = QString::fromStdString(json.at("sampling").get<std::string>());
    findings.nothing_to_learn =
        QString::fromStdString(json.at("nothing_to_learn").get<std::string>());
    for (const auto& [key, remedy] : json.at("remedies").items())
        findings.remedies.insert(QString::fromStdString(key),
                                 QString::fromStdString(remedy.get<std::string>()));
    findings.chat_roles = json.at("forms").at("chat_roles").get<qint64>();
    findings.chat_keys = json.at("forms").at("chat_keys").get<qint64>();
    findings.system = json.at("forms").at("system").get<qint64>();
    if (json.contains("held_out")) {
        DataFindings held_out = readFindings(json.at("held_out"));
        for (DataFindings::Finding& finding : held_out.findings) finding.held_out = true;
        findings.held_out = std::make_shared<const DataFindings>(std::move(held_out));
    }
    return findings;
}

/// Only what the check looks at: other settings may still be unfinished.
training::TrainOptions checkOptions(const training::TrainOptions& options, bool decode,
                                    const QString& folder) {
    training::TrainOptions check;
    check.model_name_or_path = options.model_name_or_path;
    check.version = options.version;
    check.datasets = options.datasets;
    check.dataset_use = options.dataset_use;
    check.eval_dataset_use = options.eval_dataset_use;
    // Held-out data are refused without a strategy; which one does not matter here.
    if (!check.eval_dataset_use.empty()) check.evaluation_strategy = "epoch";
    check.data_path = options.data_path;
    check.model_max_length = options.model_max_length;
    check.max_frames = options.max_frames;
    check.threads = options.threads;
    check.check_media = decode ? "decode" : "exists";
    check.check_data = true;
    check.output_dir = folder.toStdString();
    return check;
}

}  // namespace

QString problemName(const QString& key) {
    const auto found = problemNames().constFind(key);
    return found == problemNames().constEnd()
               ? key
               : QCoreApplication::translate("DataDoctor", found->name);
}

bool isFault(const QString& key) {
    return problemNames().value(key, {"", true}).is_fault;
}

QList<DataFindings::Finding> DataFindings::allFindings() const {
    return held_out ? findings + held_out->findings : findings;
}

QList<QPair<QString, qint64>> DataFindings::allCounts() const {
    QMap<QString, qint64> sums;
    for (const auto* each : {this, held_out.get()})
        for (const auto& [key, items] : each ? each->counts : QList<QPair<QString, qint64>>())
            sums[key] += items;
    QList<QPair<QString, qint64>> all;
    for (auto it = sums.cbegin(); it != sums.cend(); ++it) all.append({it.key(), it.value()});
    return all;
}

qint64 DataFindings::allItemsWithFaults() const {
    qint64 sum = held_out ? held_out->allItemsWithFaults() : 0;
    for (const Source& source : sources) sum += source.items_with_faults;
    return sum;
}

DataFindings DataFindings::fromJson(const QByteArray& text) {
    const Json json = base::parse_json(std::string_view(text.constData(), std::size_t(text.size())),
                                       "the data report");
    try {
        return readFindings(json);
    } catch (const Json::exception&) {
        throw base::Error(
            base::ErrorKind::Format,
            "univi-train gave a data report of another version: install both programs together.");
    }
}

DataDoctor::DataDoctor(QObject* parent) : QObject(parent) {
    connect(&child_, &TrainChild::logged, this,
            [this](const QString&, const QString& text) { takeLog(text); });
    connect(&child_, &TrainChild::finished, this, &DataDoctor::take);
}

void DataDoctor::check(const training::TrainOptions& options, bool decode) {
    if (options.dataset_use.empty()) return Q_EMIT failed(tr("Choose a data set first."));
    try {
        folder_ = std::make_unique<base::TemporaryFolder>("data-check");
    } catch (const base::Error& error) {
        return Q_EMIT failed(QString::fromUtf8(error.what()));
    }
    const QString folder = QString::fromStdString(folder_->path().string());
    QStringList arguments;
    for (const std::string& each : training::make_arguments(checkOptions(options, decode, folder)))
        arguments << QString::fromStdString(each);
    Q_EMIT progressed(0, 0);
    child_.ask(arguments);
}

void DataDoctor::stop() {
    child_.stop();
}

/// "Checking 8 items", then "Checked 3 of 8 items" every few seconds.
void DataDoctor::takeLog(const QString& text) {
    static const QRegularExpression begins(QStringLiteral("^Checking (\\d+) items"));
    static const QRegularExpression goesOn(QStringLiteral("^Checked (\\d+) of (\\d+) items"));
    if (const auto match = begins.match(text); match.hasMatch())
        Q_EMIT progressed(0, match.captured(1).toLongLong());
    if (const auto match = goesOn.match(text); match.hasMatch())
        Q_EMIT progressed(match.captured(1).toLongLong(), match.captured(2).toLongLong());
}

void DataDoctor::take(const TrainChild::Result& result) {
    const std::unique_ptr<base::TemporaryFolder> folder = std::move(folder_);
    if (result.stopped) return Q_EMIT failed({});
    QFile report(folder ? QString::fromStdString((folder->path() / "data_report.json").string())
                        : QString());
    if (!result.ended || result.code > 1 || !report.open(QIODevice::ReadOnly))
        return Q_EMIT failed(result.problem.isEmpty()
                                 ? tr("univi-train left no report: look at its log.")
                                 : result.problem);
    DataFindings findings;
    try {
        findings = DataFindings::fromJson(report.readAll());
    } catch (const base::Error& error) {
        return Q_EMIT failed(QString::fromUtf8(error.what()));
    }
    Q_EMIT finished(findings);
}

}  // namespace univi::ui
