#pragma once

#include <QString>

namespace univi::ui {

/// `after` as HTML, with the words in bold that `before` does not have in this order.
QString withChangedWords(const QString& before, const QString& after);

}  // namespace univi::ui
