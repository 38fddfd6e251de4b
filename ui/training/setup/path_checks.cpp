// Checks of files and folders: what is named must be there, and there must be room.
#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/paths.h"
#include "training/options/option_error.h"
#include "training/options/option_form.h"
#include "ui/text/translate.h"
#include "ui/training/data/datasets_file.h"
#include "ui/training/data/sample_source.h"
#include "ui/training/setup/check_parts.h"
#include "ui/training/setup/run_checks.h"
#include "ui/training/tool/labels.h"

namespace univi::ui {
namespace {

using Level = RunCheck::Level;
using training::OptionEditor;
using training::TrainOptions;

QString qt(const std::string& text) {
    return QString::fromStdString(text);
}

/// The file of that name among the DeepSpeed files that come with the program.
QString shippedDeepSpeedFile(const QString& wanted) {
    try {
        const QString file = qt((base::resources_folder() / "training").string()) +
                             QLatin1Char('/') + QFileInfo(wanted).fileName();
        return QFileInfo(wanted).fileName().startsWith(QLatin1String("zero")) &&
                       QFileInfo(file).isFile()
                   ? file
                   : QString();
    } catch (const base::Error&) {
        return {};
    }
}

/// "ChatUniVi" for a checkpoint of this architecture; its projector is inside.
bool hasProjector(const QString& folder) {
    try {
        const base::Json config =
            base::read_json_file((folder + QStringLiteral("/config.json")).toStdString(), 1 << 20);
        return config.is_object() && config.value("model_type", "") == "ChatUniVi" &&
               config.value("use_mm_proj", true);
    } catch (const std::exception&) {
        return false;
    }
}

void checkModel(CheckList& list) {
    const QString model = qt(list.options.model_name_or_path);
    if (model.isEmpty())
        return list.browse(
            Level::Error, "model_name_or_path",
            tr("Choose the base model: a folder with a LLaMA or Chat-UniVi checkpoint."));
    const QString folder = findModelFolder(model);
    if (folder.isEmpty())
        return list.browse(
            Level::Error, "model_name_or_path",
            tr("The base model %1 is neither a folder nor in the Hugging Face cache: "
               "download it, or choose its folder.")
                .arg(model));
    if (folder != model)
        list.add(Level::Error, "model_name_or_path",
                 tr("The base model %1 is in the Hugging Face cache.").arg(model), tr("Use it"),
                 {{"model_name_or_path", folder}});
    else if (!QFileInfo(folder + QStringLiteral("/config.json")).isFile())
        list.browse(Level::Error, "model_name_or_path",
                    tr("%1 has no config.json, so it is no model folder.").arg(folder));
}

void checkTower(CheckList& list) {
    const QString tower = qt(list.options.vision_tower);
    if (tower.isEmpty() || !findModelFolder(tower).isEmpty()) return;
    // A name beside the model folder counts too, as univi-train looks for it.
    const QFileInfo model(QDir::cleanPath(qt(list.options.model_name_or_path)));
    if (QFileInfo(model.absoluteDir().filePath(tower)).isDir()) return;
    list.browse(
        Level::Error, "vision_tower",
        tr("The vision tower %1 is neither a folder nor in the Hugging Face cache: download "
           "it, or choose its folder.")
            .arg(tower));
}

void checkProjector(CheckList& list) {
    const TrainOptions& options = list.options;
    const QString model = findModelFolder(qt(options.model_name_or_path));
    if (options.tune_mm_mlp_adapter || !options.pretrain_mm_mlp_adapter.empty() ||
        model.isEmpty() || hasProjector(model))
        return;
    const QString sentence =
        tr("Stage 2 without a projector: the base has none, so it would be trained from noise "
           "together with the decoder.");
    const QStringList& known = list.around.projectors;
    if (!known.isEmpty())
        list.add(Level::Warning, "pretrain_mm_mlp_adapter", sentence,
                 tr("Use that of %1").arg(QFileInfo(known.first()).dir().dirName()),
                 {{"pretrain_mm_mlp_adapter", known.first()}});
    else
        list.add(Level::Warning, "pretrain_mm_mlp_adapter", sentence, tr("Train stage 1 first"),
                 {{"tune_mm_mlp_adapter", "True"}, {"learning_rate", "0.002"}});
}

void checkNamedPath(CheckList& list, const training::OptionFace& face) {
    const QString name = QString::fromLatin1(face.row->name);
    const QString path = qt(training::option_text(list.options, *face.row));
    const bool is_file = face.editor == OptionEditor::File;
    if (path.isEmpty() || (is_file ? QFileInfo(path).isFile() : QFileInfo(path).isDir())) return;
    // True, False
    if (name == QLatin1String("resume_from_checkpoint") && !path.contains(QLatin1Char('/'))) return;
    const QString shipped =
        name == QLatin1String("deepspeed") ? shippedDeepSpeedFile(path) : QString();
    const QString sentence = tr("%1: %2 is not there.").arg(labelOf(face), path);
    if (!shipped.isEmpty())
        list.add(Level::Error, name, sentence,
                 tr("Use the published %1").arg(QFileInfo(path).fileName()), {{name, shipped}});
    else
        list.browse(Level::Error, name, sentence);
}

/// Bytes a checkpoint takes: fp32 weights and two moments of what is trained, and the
/// result beside it.
qint64 checkpointBytes(const MemoryPlan& plan) {
    return plan.trained_parameters * 12;
}

void checkDisk(CheckList& list, const QString& folder) {
    const TrainOptions& options = list.options;
    if (!list.around.plan || !list.around.free_bytes) return;
    const qint64 free = list.around.free_bytes(folder);
    if (free < 0) return;
    const qint64 result = options.save_final ? list.around.plan->trained_parameters * 4 : 0;
    const bool saves = options.save_strategy != training::Interval::No;
    // A new checkpoint is whole before an old one goes.
    const qint64 kept =
        saves ? (options.save_total_limit > 0 ? options.save_total_limit + 1 : 2) : 0;
    const qint64 need = kept * checkpointBytes(*list.around.plan) + result;
    const QString sizes =
        tr("%1 for the run folder, %2 are free").arg(gigabytes(need), gigabytes(free));
    if (need > free && saves && options.save_total_limit != 1 &&
        2 * checkpointBytes(*list.around.plan) + result <= free)
        return list.add(Level::Warning, "save_total_limit", tr("The disk needs %1.").arg(sizes),
                        tr("Keep one checkpoint"), {{"save_total_limit", "1"}});
    if (need > free)
        return list.browse(Level::Warning, "output_dir",
                           tr("The disk needs %1: choose another disk.").arg(sizes));
    if (saves && options.save_total_limit == 0)
        list.add(Level::Info, "save_total_limit",
                 tr("Every checkpoint is kept, %1 each; %2 are free.")
                     .arg(gigabytes(checkpointBytes(*list.around.plan)), gigabytes(free)),
                 tr("Keep two"), {{"save_total_limit", "2"}});
}

/// The data set's name nearest to what is asked for.
QString nearestSet(const QString& use, const QStringList& names) {
    std::vector<std::string> known;
    for (const QString& name : names) known.push_back(name.toStdString());
    return known.empty() ? QString() : qt(training::nearest_name(use.toStdString(), known));
}

QStringList setNames(const TrainOptions& options) {
    try {
        const auto list = datasetList(options);
        return DatasetsFile::read(
                   qt(list.file.empty() ? list.published.string() : list.file.string()))
            .names();
    } catch (const base::Error&) {
        return {};
    }
}

void checkSources(CheckList& list, const std::vector<training::DataSource>& sources) {
    for (const training::DataSource& source : sources) {
        if (!QFileInfo(qt(source.chat_path.string())).isFile())
            return list.add(
                Level::Error, "datasets",
                tr("The conversations %1 are not there.").arg(qt(source.chat_path.string())),
                tr("Look at the data"));
        for (const auto& folder : source.folders)
            if (!QFileInfo(qt(folder.string())).isDir())
                return list.add(
                    Level::Warning, "datasets",
                    tr("The media folder %1 is not there: its items train without loss.")
                        .arg(qt(folder.string())),
                    tr("Look at the data"));
    }
}

}  // namespace

QString findModelFolder(const QString& name) {
    if (name.isEmpty()) return {};
    if (QFileInfo(name).isDir()) return name;
    const auto cached = base::find_in_hugging_face_cache(name.toStdString());
    return cached ? qt(cached->string()) : QString();
}

qint64 freeDiskBytes(const QString& folder) {
    QFileInfo info(folder);
    while (!info.exists() && info.absolutePath() != info.absoluteFilePath())
        info.setFile(info.absolutePath());
    // not QStorageInfo, which wants the folder's mount in the list of mounts: a container may
    // not show it
    std::error_code error;
    const auto space = std::filesystem::space(info.absoluteFilePath().toStdString(), error);
    return error ? -1 : qint64(space.available);
}

void checkPaths(CheckList& list) {
    checkModel(list);
    checkTower(list);
    checkProjector(list);
    for (const auto& group : training::option_form())
        for (const auto& face : group.faces)
            if (face.editor == OptionEditor::File || face.editor == OptionEditor::Folder)
                checkNamedPath(list, face);
}

void checkData(CheckList& list) {
    const TrainOptions& options = list.options;
    // named above
    if (!options.datasets.empty() && !QFileInfo(qt(options.datasets)).isFile()) return;
    const QString use = qt(options.dataset_use);
    const QStringList names = setNames(options);
    if (use.isEmpty()) {
        if (names.size() == 1)
            return list.add(Level::Error, "dataset_use", tr("No data set is chosen."),
                            tr("Use %1").arg(names.first()), {{"dataset_use", names.first()}});
        return list.add(Level::Error, "dataset_use", tr("No data set is chosen."),
                        tr("Look at the data"));
    }
    try {
        checkSources(list, training::find_sources(datasetList(options), options.dataset_use));
    } catch (const training::OptionError& error) {
        if (error.option() == "data_path")
            return list.browse(Level::Error, "data_path",
                               tr("The published data sets need the folder they lie in."));
        const QString nearest = nearestSet(use, names);
        if (!nearest.isEmpty() && !names.contains(use) && !use.contains(QLatin1Char('+')))
            return list.add(Level::Error, "dataset_use",
                            tr("The datasets file has no data set %1.").arg(use),
                            tr("Use %1").arg(nearest), {{"dataset_use", nearest}});
        list.add(Level::Error, "dataset_use", QString::fromUtf8(error.what()),
                 tr("Look at the data"));
    } catch (const base::Error& error) {
        list.add(Level::Error, "dataset_use", QString::fromUtf8(error.what()),
                 tr("Look at the data"));
    }
}

void checkFolder(CheckList& list) {
    const TrainOptions& options = list.options;
    const QString folder = qt(options.output_dir), fresh = list.around.fresh_folder;
    if (folder.isEmpty()) {
        if (fresh.isEmpty())
            return list.browse(Level::Error, "output_dir",
                               tr("Choose the folder that takes the run."));
        return list.add(Level::Error, "output_dir", tr("The run has no folder yet."),
                        tr("Use %1").arg(QFileInfo(fresh).fileName()), {{"output_dir", fresh}});
    }
    if (QFileInfo(folder).isFile())
        return list.browse(Level::Error, "output_dir",
                           tr("%1 is a file: the run needs a folder.").arg(folder));
    checkDisk(list, folder);
    const bool has_run = QFileInfo(folder + QStringLiteral("/run.json")).isFile();
    if (!has_run || options.overwrite_output_dir || options.resume_from_checkpoint == "False")
        return;
    if (fresh.isEmpty())
        list.add(Level::Warning, "output_dir", tr("This folder holds a run, which would go on."),
                 tr("Start afresh"), {{"overwrite_output_dir", "True"}});
    else
        list.add(Level::Warning, "output_dir", tr("This folder holds a run, which would go on."),
                 tr("Use a new folder"), {{"output_dir", fresh}});
}

}  // namespace univi::ui
