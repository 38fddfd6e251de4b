#pragma once

#include <QString>

class QColor;
class QCustomPlot;
class QWidget;

namespace univi::ui {

/// Makes a plot that fills `owner` and is at least `height` pixels high. Screen readers say `name`.
QCustomPlot* fillWithPlot(QWidget* owner, int height, const QString& name);

/// Gives a plot the theme's colours on `ground`: hairlines at its axes, a dotted grid, muted text.
/// Owners call it again when the theme changes.
void dressPlot(QCustomPlot* plot, const QColor& ground);

}  // namespace univi::ui
