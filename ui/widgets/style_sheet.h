#pragma once

#include <QFont>
#include <QString>

class QColor;

namespace univi::ui {

struct Palette;

/// The program's style sheet: resources/styles/univi.qss.in with its @tokens replaced from the
/// palette. `basePixels` is the body font's size; the type scale follows it. `chevron` is the path
/// of the drop-down arrow's picture.
QString makeStyleSheet(const Palette& palette, double basePixels, const QString& chevron);

/// The weight of what stands out in a line. Fonts of Chinese have two weights at most, and Qt makes
/// up the heavier one from bold on only; Latin letters are semi-bold.
QFont::Weight strongWeight(const QString& text);

/// WCAG contrast ratio of two opaque colours, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

}  // namespace univi::ui
