#include "ui/training/setup/run_form.h"

#include "core/base/error.h"
#include "training/options/option_table.h"

namespace univi::ui {
namespace {

const training::OptionRow* rowOf(const QString& name) {
    return training::find_option(name.toStdString());
}

/// The program's own spelling of a text; empty when it cannot be taken.
QString meaning(const QString& name, const QString& text) {
    training::TrainOptions options;
    const auto* row = rowOf(name);
    try {
        training::set_option(options, *row, text.trimmed().toStdString());
        return QString::fromStdString(training::option_text(options, *row));
    } catch (const base::Error&) {
        return {};
    }
}

}  // namespace

RunForm::RunForm(QObject* parent) : QObject(parent) {}

QString RunForm::text(const QString& name) const {
    const auto* row = rowOf(name);
    return row ? QString::fromStdString(training::option_text(options_, *row)) : QString();
}

QString RunForm::shownText(const QString& name) const {
    const auto wrong = problems_.constFind(name);
    if (wrong != problems_.constEnd()) return wrong->text;
    const auto typed = typed_.constFind(name);
    return typed != typed_.constEnd() && meaning(name, *typed) == text(name) ? *typed : text(name);
}

QString RunForm::defaultText(const QString& name) {
    static const training::TrainOptions defaults;
    const auto* row = rowOf(name);
    return row ? QString::fromStdString(training::option_text(defaults, *row)) : QString();
}

bool RunForm::take(const QString& name, const QString& text) {
    const auto* row = rowOf(name);
    if (!row) return false;
    const QString before = shownText(name);
    try {
        training::set_option(options_, *row, text.trimmed().toStdString());
        problems_.remove(name);
        typed_.insert(name, text);
        for (training::GivenFlag& flag : given_)
            if (flag.name == row->name) flag.text = text.trimmed().toStdString();
    } catch (const base::Error& error) {
        problems_.insert(name, {text, QString::fromUtf8(error.what())});
    }
    return shownText(name) != before;
}

void RunForm::setText(const QString& name, const QString& text) {
    if (take(name, text)) Q_EMIT changed();
}

void RunForm::apply(const QList<OptionChange>& changes) {
    bool any = false;
    for (const OptionChange& change : changes) any = take(change.option, change.text) || any;
    if (any) Q_EMIT changed();
}

void RunForm::replace(const training::TrainOptions& options,
                      const std::vector<training::GivenFlag>& given,
                      const std::vector<std::string>& kept) {
    options_ = options;
    given_ = given;
    kept_ = kept;
    problems_.clear();
    typed_.clear();
    for (const training::GivenFlag& flag : given)
        typed_.insert(QString::fromStdString(flag.name), QString::fromStdString(flag.text));
    options_.plan = options_.check_data = false;
    options_.plan_device_memory.clear();
    options_.plan_format = training::ReportFormat::Text;
    options_.local_rank = -1;
    std::erase_if(given_, [](const training::GivenFlag& flag) {
        return flag.name.starts_with("plan") || flag.name.starts_with("check_") ||
               flag.name == "local_rank";
    });
    Q_EMIT changed();
}

QStringList RunForm::arguments() const {
    QStringList arguments;
    for (const std::string& each : training::make_arguments(options_, given_, kept_))
        arguments << QString::fromStdString(each);
    return arguments;
}

QString RunForm::command(const QString& program) const {
    QString line = QString::fromStdString(training::shell_word(program.toStdString()));
    for (const QString& each : arguments()) {
        line += each.startsWith(QLatin1String("--")) ? QStringLiteral(" \\\n    ")
                                                     : QStringLiteral(" ");
        line += QString::fromStdString(training::shell_word(each.toStdString()));
    }
    return line;
}

}  // namespace univi::ui
