#pragma once

#include <QIcon>
#include <QString>

class QPainter;
class QRectF;

namespace univi::ui {

/// Which palette colour an icon is drawn in.
enum class IconTone { Muted, Text, Accent, OnAccent, Danger, Warning };

/// A stroke icon of resources/icons, drawn from its SVG at any size and in the theme's current
/// colours: made once, it follows a change of theme at the next repaint. Checked buttons show it in
/// the accent colour.
QIcon icon(const QString& name, IconTone tone = IconTone::Muted);

/// The same as a picture of `size` logical pixels for a label.
QPixmap iconPixmap(const QString& name, IconTone tone, int size, double devicePixelRatio);

/// The program's own mark in colour.
QIcon applicationIcon();

/// Draws an SVG icon's strokes in a colour of the theme onto a painter.
void paintIcon(QPainter& painter, const QString& name, IconTone tone, const QRectF& rect);

}  // namespace univi::ui
