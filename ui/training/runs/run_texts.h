#pragma once

#include <QString>

#include "ui/training/runs/run_data.h"

namespace univi::ui {

/// "12 s", "4 min", "3 h 20 min", "2 d 4 h".
QString durationText(double seconds);
/// A figure in few digits: "0.0341", "2,310", "4.5e-09".
QString figureText(double value);
/// "Loss", "Tokens a second", … of a curve's name, with its unit; tags of other programs
/// as they are.
QString curveTitle(const QString& name);
/// A curve's value with its unit: "2.61 GB", "2,310", "0.0341".
QString curveValueText(const QString& name, double value);
/// A name as a file's: without what a file system or a shell stumbles over.
QString runFileName(const QString& name);
/// "Step 340 of 680 · 50 % · 9 min left, at 14:05".
QString progressText(const RunInfo& info);
/// "Branched at step 2: steps 3–12 (5 checkpoints) are set aside in branches/1"; of several lines
/// the last one, and how many there are. Empty without any.
QString branchText(const RunInfo& info);
/// Share of the optimizer steps done, 0 to 1.
double progressOf(const RunInfo& info);

}  // namespace univi::ui
