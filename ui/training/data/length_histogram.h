#pragma once

#include <QWidget>

class QCPBars;
class QCPItemLine;
class QCustomPlot;

namespace univi::ui {

struct DataFindings;

/// How long the samples are: items over tokens, with the longest sample that training takes
/// as a line.
class LengthHistogram : public QWidget {
    Q_OBJECT
  public:
    explicit LengthHistogram(QWidget* parent = nullptr);
    void setFindings(const DataFindings& findings, qint64 model_max_length);

  private:
    void restyle();
    QCustomPlot* plot_;
    QCPBars* bars_;
    QCPItemLine* limit_;
};

}  // namespace univi::ui
