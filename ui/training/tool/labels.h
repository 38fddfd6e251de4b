#pragma once

#include <QString>

#include "training/options/option_form.h"
#include "training/options/option_words.h"
#include "training/options/options.h"

namespace univi::ui {

/// A sentence of the trainer with the labels of the form in place of its flags, and with the name
/// of the button that checks the data in place of --check-data.
inline QString withLabels(const QString& sentence) {
    QString text = QString::fromStdString(training::with_labels(sentence.toStdString()));
    return text.replace(QStringLiteral("--check-data"), QStringLiteral("“Check the data”"));
}

/// The form's label of an option; the name itself where there is no such option.
inline QString labelOfOption(const QString& name) {
    const training::OptionRow* row = training::find_option(name.toStdString());
    return row ? QString::fromStdString(training::option_face(*row).label) : name;
}

}  // namespace univi::ui
