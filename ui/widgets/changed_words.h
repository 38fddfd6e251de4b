#pragma once

#include <QString>

namespace univi::ui {

/// `after` as HTML, line by line, with the words in bold that `before` does not have in this order.
QString withChangedWords(const QString& before, const QString& after);

}  // namespace univi::ui
