#include "ui/evaluation/evaluation_library.h"

#include <QDirIterator>
#include <QFileInfo>
#include <algorithm>

#include "core/base/error.h"
#include "core/base/paths.h"

namespace univi::ui {
namespace {

constexpr int kMostFiles = 200;

}  // namespace

bool EvaluationLibrary::scan() {
    QString folder;
    try {
        folder = QString::fromStdString((base::data_folder() / "evaluation").string());
    } catch (const base::Error&) {
        return false;
    }
    bool found = false;
    QDirIterator files(folder, {QStringLiteral("*.results.json")}, QDir::Files,
                       QDirIterator::Subdirectories);
    for (int count = 0; files.hasNext() && count < kMostFiles; ++count) {
        const QString file = files.next();
        const bool known =
            std::ranges::any_of(entries_, [&](const auto& entry) { return entry->file == file; });
        if (!known && open(file).isEmpty()) found = true;
    }
    return found;
}

QString EvaluationLibrary::open(const QString& file) {
    try {
        const QString path = QFileInfo(file).absoluteFilePath();
        eval::Results results = eval::read_results(path.toStdString());
        close(path);
        entries_.push_back(std::make_unique<const Entry>(Entry{path, std::move(results)}));
        std::ranges::stable_sort(entries_, {},
                                 [](const auto& entry) { return entry->results.provenance.date; });
        return {};
    } catch (const base::Error& error) {
        return QString::fromUtf8(error.what());
    }
}

void EvaluationLibrary::close(const QString& file) {
    std::erase_if(entries_, [&](const auto& entry) { return entry->file == file; });
}

std::vector<const EvaluationLibrary::Entry*> EvaluationLibrary::of(eval::Task task) const {
    std::vector<const Entry*> out;
    for (const auto& entry : entries_)
        if (entry->results.task == task) out.push_back(entry.get());
    return out;
}

}  // namespace univi::ui
