#pragma once

#include <QStringView>
#include <optional>

#include "ui/code/code_language.h"

namespace univi::ui {

/// Sixteen bits for the tag of a string: two that one block of code mixes up are not to be feared.
int tagNumber(QStringView tag);
bool isWordSign(QChar c);

/// Where a text over lines is announced: <<END, <<-'END', <<~END, <<<END.
struct HereText {
    int tag = 0;        ///< of the word that ends it
    qsizetype end = 0;  ///< behind what announces it
};

/// Whether such a text is announced at a place of a line, behind the sign `seen`.
std::optional<HereText> hereTextAt(CodeLanguage::Tagged kind, QStringView line, qsizetype at,
                                   QChar seen);
/// Whether a line is the word that ends the text.
bool endsHereText(CodeLanguage::Tagged kind, QStringView line, int tag);

}  // namespace univi::ui
