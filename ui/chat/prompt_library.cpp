#include "ui/chat/prompt_library.h"

#include <QJsonArray>
#include <QJsonDocument>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/paths.h"
#include "ui/files/json_file.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

QString fileOrDefault(const QString& file) {
    if (!file.isEmpty()) return file;
    try {
        return QString::fromStdString((base::data_folder() / "prompts.json").string());
    } catch (const base::Error& error) {
        base::log_warning(error.what());
        return {};
    }
}

QStringList cleaned(const QStringList& prompts) {
    QStringList kept;
    for (const QString& prompt : prompts)
        if (const QString text = prompt.trimmed(); !text.isEmpty() && !kept.contains(text))
            kept << text;
    return kept;
}

}  // namespace

PromptLibrary::PromptLibrary(const QString& file) : file_(fileOrDefault(file)) {
    if (file_.isEmpty()) return;
    const JsonObject read = readJsonFile(file_);
    if (!read.problem.isEmpty()) base::log_warning(read.problem.toStdString());
    for (const QJsonValue& prompt : read.object.value(QLatin1String("prompts")).toArray())
        own_ << prompt.toString();
    own_ = cleaned(own_);
}

QStringList PromptLibrary::published() {
    return {tr("Describe the image concisely."),
            tr("Provide a brief description of the given image."),
            tr("What do you see happening in this image?"),
            tr("Write a detailed description of the given image."),
            tr("Can you describe the video in detail?"),
            tr("What happens in the video, in order?")};
}

QString PromptLibrary::setOwn(const QStringList& prompts) {
    own_ = cleaned(prompts);
    const QJsonObject root{{"prompts", QJsonArray::fromStringList(own_)}};
    const QByteArray bytes = QJsonDocument(root).toJson();
    try {
        base::write_file_atomically(file_.toStdString(),
                                    std::string_view(bytes.constData(), std::size_t(bytes.size())));
    } catch (const base::Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

}  // namespace univi::ui
