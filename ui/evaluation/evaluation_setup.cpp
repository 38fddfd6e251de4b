#include "ui/evaluation/evaluation_setup.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include "core/base/error.h"
#include "core/base/paths.h"
#include "core/eval/http_judge.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

/// A checkpoint's name as a folder's.
QString shortName(const QString& model) {
    QString name = checkpointName(model);
    for (QChar& c : name)
        if (!c.isLetterOrNumber() && !QStringLiteral("-_.").contains(c)) c = QLatin1Char('-');
    return name.isEmpty() ? QStringLiteral("model") : name;
}

QString quoted(const QString& word) {
    static const QRegularExpression kPlain(QStringLiteral("^[A-Za-z0-9_./:=,+@%-]+$"));
    if (kPlain.match(word).hasMatch()) return word;
    return QLatin1Char('\'') + QString(word).replace(QLatin1Char('\''), QStringLiteral("'\\''")) +
           QLatin1Char('\'');
}

QString addressProblem(const QString& address) {
    try {
        eval::parse_judge_address(address.trimmed().toStdString());
        return {};
    } catch (const base::Error& error) {
        return QString::fromUtf8(error.what());
    }
}

}  // namespace

QString EvaluationSetup::problem() const {
    if (questions.isEmpty()) return tr("Choose the published question file.");
    for (const QString& file : questions)
        if (!QFileInfo::exists(file)) return tr("The question file %1 does not exist.").arg(file);
    if (media.isEmpty() && task != eval::Task::ScienceQa)
        return tr("Choose the folder of the pictures or clips.");
    if (!media.isEmpty() && !QFileInfo(media).isDir())
        return tr("The media folder %1 does not exist.").arg(media);
    if (models.isEmpty()) return tr("Choose at least one checkpoint.");
    for (const QString& model : models)
        if (needsBase(model) && parts.value(model).base.isEmpty())
            return tr("%1 is a part of a model: choose the base model it goes on top of.")
                .arg(checkpointName(model));
    if (judge == Judge::Endpoint) return addressProblem(judge_address);
    if (judge == Judge::Model && !QFileInfo(judge_model).isDir())
        return tr("Choose the folder of the judging model.");
    return {};
}

QString EvaluationSetup::answers(const QString& model) const {
    // Two checkpoints of one name do not write over each other.
    QString own = folder + QLatin1Char('/') + shortName(model);
    int same = 1;
    for (const QString& other : models) {
        if (other == model) break;
        same += shortName(other) == shortName(model);
    }
    if (same > 1) own += QStringLiteral("-%1").arg(same);
    return questions.size() == 1 ? own + QStringLiteral("/answers.jsonl") : own;
}

QStringList EvaluationSetup::arguments(const QString& model) const {
    QStringList out{QStringLiteral("eval"),
                    QString::fromStdString(std::string(eval::to_string(task)))};
    for (const QString& file : questions) out << QStringLiteral("--questions") << file;
    if (!media.isEmpty()) out << QStringLiteral("--media") << media;
    out << QStringLiteral("--answers") << answers(model);
    if (!model.isEmpty()) out << QStringLiteral("--model") << model;
    const ModelParts part = parts.value(model);
    if (!part.base.isEmpty()) out << QStringLiteral("--model-base") << part.base;
    if (!part.tower.isEmpty()) out << QStringLiteral("--vision-tower") << part.tower;
    if (const QString name = checkpointName(model); name.contains(QLatin1Char(' ')))
        out << QStringLiteral("--name") << name;
    if (device != QLatin1String("auto")) out << QStringLiteral("--device") << device;
    if (dtype != QLatin1String("auto")) out << QStringLiteral("--dtype") << dtype;
    if (greedy) out << QStringLiteral("--greedy");
    if (!conv.isEmpty()) out << QStringLiteral("--conv") << conv;
    if (judge == Judge::Endpoint) {
        out << QStringLiteral("--judge") << judge_address.trimmed();
        if (!judge_name.trimmed().isEmpty())
            out << QStringLiteral("--judge-name") << judge_name.trimmed();
    }
    if (judge == Judge::Model) out << QStringLiteral("--judge-model") << judge_model;
    return out;
}

QString EvaluationSetup::command(const QString& model) const {
    QStringList all{QStringLiteral("univi-cli")};
    for (const QString& word : arguments(model)) all << quoted(word);
    return all.join(QLatin1Char(' '));
}

QString newEvaluationFolder(eval::Task task) {
    try {
        return QString::fromStdString((base::data_folder() / "evaluation").string()) +
               QLatin1Char('/') + QString::fromStdString(std::string(eval::to_string(task))) +
               QDateTime::currentDateTime().toString(QStringLiteral(" yyyy-MM-dd HH.mm.ss"));
    } catch (const base::Error&) {
        return {};
    }
}

QString taskTitle(eval::Task task) {
    switch (task) {
        case eval::Task::Image:
            return tr("Image understanding");
        case eval::Task::Video:
            return tr("Video understanding");
        case eval::Task::ScienceQa:
            return tr("ScienceQA");
        case eval::Task::VideoQa:
            return tr("Video QA");
        case eval::Task::Pope:
            return tr("POPE");
    }
    return {};
}

bool taskNeedsJudge(eval::Task task) {
    return task == eval::Task::Image || task == eval::Task::Video || task == eval::Task::VideoQa;
}

}  // namespace univi::ui
