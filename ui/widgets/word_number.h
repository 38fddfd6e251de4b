#pragma once

#include <QString>

class QAbstractSpinBox;

namespace univi::ui {

/// The lowest value of a number field (QSpinBox or QDoubleSpinBox) is `word`: it is written as a
/// placeholder is, and the field has buttons to step from it, so that it is seen to be a number's.
/// Typing over the word needs no deleting. Called again, it takes another word.
void offerWord(QAbstractSpinBox* box, const QString& word);

}  // namespace univi::ui
