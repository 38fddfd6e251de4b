#pragma once

#include <QWidget>

#include "core/eval/table.h"

class QCPAxisRect;
class QCustomPlot;

namespace univi::ui {

/// A table's figures as bars: a group of bars a column (subject, category, set), a colour a row.
/// Published rows are drawn hollow.
class ScoreChart : public QWidget {
    Q_OBJECT
  public:
    explicit ScoreChart(QWidget* parent = nullptr);
    void setTable(const eval::Table& table);

  private:
    void rebuild();
    void restyle();

    eval::Table table_;
    QCustomPlot* plot_;
};

}  // namespace univi::ui
