#include "ui/training/data/datasets_file.h"

#include <QSet>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/json.h"
#include "training/options/dataset_list.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

using base::Json;
using Ordered = nlohmann::ordered_json;

constexpr const char* kPaths = "paths";

QString textOf(const Json& json, const QString& where) {
    if (!json.is_string())
        throw base::Error(base::ErrorKind::Format,
                          tr("%1 must be a path.").arg(where).toStdString());
    return QString::fromStdString(json.get<std::string>());
}

SourceEntry readSource(const Json& json, const QString& where) {
    if (!json.is_object() || !json.contains("chat_path"))
        throw base::Error(base::ErrorKind::Format,
                          tr("%1 has a source without \"chat_path\".").arg(where).toStdString());
    SourceEntry source;
    for (const auto& [key, value] : json.items()) {
        if (key == training::kAllowAbsoluteMedia) {
            if (!value.is_boolean())
                throw base::Error(base::ErrorKind::Format,
                                  tr("%1: %2 must be true or false.")
                                      .arg(where, QString::fromStdString(key))
                                      .toStdString());
            source.allow_absolute_media = value.get<bool>();
            continue;
        }
        const QString name = QString::fromStdString(key),
                      text = textOf(value, where + QStringLiteral(", ") + name);
        if (name == QLatin1String("chat_path"))
            source.chat_path = text;
        else
            source.folders.append({name, text});
    }
    return source;
}

DataSetEntry readSet(const std::string& name, const Json& json, const QString& file) {
    DataSetEntry set{QString::fromStdString(name), {}};
    const QString where = tr("%1, data set %2").arg(file, set.name);
    Json all = Json::array();
    if (json.is_array())
        all = json;
    else
        all.push_back(json);
    for (const Json& each : all) {
        const SourceEntry source = readSource(each, where);
        if (!set.sources.isEmpty()) {
            SourceEntry last = set.sources.last();
            last.times = 1;
            if (last == source) {
                ++set.sources.last().times;
                continue;
            }
        }
        set.sources.append(source);
    }
    return set;
}

Ordered toJson(const SourceEntry& source) {
    Ordered json;
    json["chat_path"] = source.chat_path.toStdString();
    for (const auto& [name, folder] : source.folders)
        json[name.toStdString()] = folder.toStdString();
    if (source.allow_absolute_media) json[training::kAllowAbsoluteMedia] = true;
    return json;
}

QString problemOf(const DataSetEntry& set) {
    if (set.sources.isEmpty()) return tr("%1 has no source: add one.").arg(set.name);
    for (const SourceEntry& source : set.sources) {
        if (source.chat_path.trimmed().isEmpty())
            return tr("%1 has a source without its list of conversations: choose the file.")
                .arg(set.name);
        QSet<QString> names;
        for (const auto& [name, folder] : source.folders) {
            if (name.trimmed().isEmpty() || name == QLatin1String("chat_path"))
                return tr("%1 has a folder without a name: give it one.").arg(set.name);
            if (names.contains(name))
                return tr("%1 has two folders called %2: rename one.").arg(set.name, name);
            names.insert(name);
        }
    }
    return {};
}

}  // namespace

DatasetsFile DatasetsFile::read(const QString& file) {
    const Json json = base::read_json_file(file.toStdString());
    if (!json.is_object())
        throw base::Error(
            base::ErrorKind::Format,
            tr("%1 must be a JSON object: name -> list of sources.").arg(file).toStdString());
    DatasetsFile result;
    for (const auto& [name, value] : json.items()) {
        if (name != kPaths) {
            result.sets.append(readSet(name, value, file));
            continue;
        }
        if (!value.is_object())
            throw base::Error(base::ErrorKind::Format,
                              tr("%1: \"paths\" must hold folders.").arg(file).toStdString());
        for (const auto& [key, folder] : value.items())
            result.paths.append(
                {QString::fromStdString(key), textOf(folder, file + QStringLiteral(", paths"))});
    }
    return result;
}

void DatasetsFile::write(const QString& file) const {
    Ordered json = Ordered::object();
    for (const auto& [name, folder] : paths)
        json[kPaths][name.toStdString()] = folder.toStdString();
    for (const DataSetEntry& set : sets) {
        Ordered sources = Ordered::array();
        for (const SourceEntry& source : set.sources)
            for (int i = 0; i < std::max(1, source.times); ++i) sources.push_back(toJson(source));
        json[set.name.toStdString()] = std::move(sources);
    }
    base::write_file_atomically(file.toStdString(), json.dump(2) + "\n");
}

QString DatasetsFile::problem() const {
    QSet<QString> seen;
    for (const DataSetEntry& set : sets) {
        if (set.name.trimmed().isEmpty()) return tr("A data set has no name: give it one.");
        if (set.name == QLatin1String(kPaths))
            return tr("\"paths\" cannot be the name of a data set: rename it.");
        if (seen.contains(set.name))
            return tr("Two data sets are called %1: rename one.").arg(set.name);
        seen.insert(set.name);
        if (const QString problem = problemOf(set); !problem.isEmpty()) return problem;
    }
    return {};
}

QStringList DatasetsFile::names() const {
    QStringList names;
    for (const DataSetEntry& set : sets) names << set.name;
    return names;
}

}  // namespace univi::ui
