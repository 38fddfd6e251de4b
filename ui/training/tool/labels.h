#pragma once

#include <QCoreApplication>
#include <QString>

#include "training/options/option_form.h"
#include "training/options/option_words.h"
#include "training/options/options.h"
#include "ui/text/translate.h"

namespace univi::ui {

/// Translates a title, label, unit or help of the training settings' table, where it is marked with
/// training::shown().
inline QString optionText(const char* text) {
    return QCoreApplication::translate("univi::training", text);
}

/// The form's label of an option.
inline QString labelOf(const training::OptionFace& face) {
    return optionText(face.label.c_str());
}

/// A sentence of the trainer with the labels of the form in place of its flags, and with the name
/// of the button that checks the data in place of --check-data.
inline QString withLabels(const QString& sentence) {
    QString text = QString::fromStdString(training::with_labels(
        sentence.toStdString(),
        [](const training::OptionFace& face) { return labelOf(face).toStdString(); }));
    return text.replace(QStringLiteral("--check-data"), tr("“Check the data”"));
}

/// The form's label of an option; the name itself where there is no such option.
inline QString labelOfOption(const QString& name) {
    const training::OptionRow* row = training::find_option(name.toStdString());
    return row ? labelOf(training::option_face(*row)) : name;
}

}  // namespace univi::ui
