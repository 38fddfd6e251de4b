#pragma once

#include <QWidget>

#include "core/protocol/data_report.h"

class QCPBars;
class QCPItemLine;
class QCustomPlot;

namespace univi::ui {

/// How long the samples are: items over tokens, with the longest sample that training takes
/// as a line.
class LengthHistogram : public QWidget {
    Q_OBJECT
  public:
    explicit LengthHistogram(QWidget* parent = nullptr);
    void setLengths(const protocol::DataReport::Lengths& lengths, qint64 model_max_length);

  private:
    void restyle();
    QCustomPlot* plot_;
    QCPBars* bars_;
    QCPItemLine* limit_;
};

}  // namespace univi::ui
