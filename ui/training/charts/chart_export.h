#pragma once

#include <QList>
#include <QString>
#include <vector>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

class RunChart;

struct NamedCurves {
    QString run;
    const CurveSet* curves;
};

/// All curves of the runs as a table: run, step, one column a figure, one row a step of a run.
/// False with a sentence in `problem`.
bool writeCurves(const QString& path, const std::vector<NamedCurves>& runs, QString& problem);

/// The charts as they are shown, `columns` side by side, as PNG (twice as fine), SVG or PDF by the
/// file's ending. False with a sentence in `problem`.
bool drawCharts(const QString& path, const QList<RunChart*>& charts, int columns, QString& problem);

}  // namespace univi::ui
