#include "ui/training/runs/tensorboard_reader.h"

#include <QDir>
#include <QFileInfo>
#include <QMap>
#include <algorithm>

namespace univi::ui {
namespace {

constexpr int kDepth = 3;

void collect(const QString& folder, int depth, const std::function<void(const QFileInfo&)>& found) {
    const QDir dir(folder);
    for (const QFileInfo& file : dir.entryInfoList({QStringLiteral("*tfevents*")}, QDir::Files))
        found(file);
    if (depth == 0) return;
    const QFileInfoList below =
        dir.entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const QFileInfo& each : below) collect(each.absoluteFilePath(), depth - 1, found);
}

}  // namespace

bool TensorBoardFile::read(const Scalar& scalar, const Restart& restart) {
    return reader_.read(
        [&](std::string_view tag, qint64 step, double value, double time) {
            scalar(QString::fromUtf8(tag.data(), qsizetype(tag.size())), step, value, time);
        },
        [&](qint64 step) {
            if (restart) restart(step);
        });
}

QStringList findEventFiles(const QString& folder) {
    QFileInfoList files;
    collect(folder, kDepth, [&](const QFileInfo& file) { files << file; });
    // The name has the second at which the writer began; it sorts as text while seconds
    // have ten digits.
    std::ranges::sort(
        files, [](const QFileInfo& a, const QFileInfo& b) { return a.fileName() < b.fileName(); });
    QStringList paths;
    for (const QFileInfo& file : files) paths << file.absoluteFilePath();
    return paths;
}

QStringList findEventFolders(const QString& folder) {
    QStringList folders;
    collect(folder, kDepth, [&](const QFileInfo& file) {
        if (!folders.contains(file.absolutePath())) folders << file.absolutePath();
    });
    return folders;
}

QString curveNameOfTag(const QString& tag) {
    static const QMap<QString, QString> known = {{"train/loss", "loss"},
                                                 {"loss", "loss"},
                                                 {"Loss/train", "loss"},
                                                 {"train/learning_rate", "learning_rate"},
                                                 {"train/lr", "learning_rate"},
                                                 {"learning_rate", "learning_rate"},
                                                 {"train/grad_norm", "grad_norm"},
                                                 {"grad_norm", "grad_norm"},
                                                 {"eval/loss", "held_out_loss"},
                                                 {"train/epoch", "epoch"},
                                                 {"train/samples_per_second", "samples_per_s"}};
    return known.value(tag, tag);
}

}  // namespace univi::ui
