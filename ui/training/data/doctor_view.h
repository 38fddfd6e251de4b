#pragma once

#include <QWidget>

#include "training/options/options.h"
#include "ui/training/data/data_doctor.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QTableView;

namespace univi::ui {

class FindingsModel;
class LengthHistogram;
class NoticeBar;

/// The data check: start and stop, what it counted, the bad items, the lengths.
class DoctorView : public QWidget {
    Q_OBJECT
  public:
    explicit DoctorView(QWidget* parent = nullptr);
    /// What is checked next; a report of other data goes.
    void setOptions(const training::TrainOptions& options);
    DataDoctor* doctor() { return &doctor_; }

  Q_SIGNALS:
    /// A person wants to see this item.
    void itemChosen(qint64 item);

  private:
    void buildReport();
    void start();
    void showProgress(qint64 done, qint64 total);
    void showCheck(const protocol::DataCheck& check);
    void showFailure(const QString& sentence);
    void setRunning(bool running);
    void showVerdict(const protocol::DataCheck& check);
    QStringList summaryLines(const protocol::DataReport& report) const;
    void fillProblems(const protocol::DataCheck& check);
    DataDoctor doctor_;
    training::TrainOptions options_;
    QPushButton* button_;
    QCheckBox* decode_;
    QProgressBar* bar_;
    QLabel *status_, *summary_, *lengths_;
    NoticeBar* notice_;
    QWidget* report_;
    QWidget* bad_;
    QComboBox* problems_;
    QTableView* table_;
    FindingsModel* model_;
    LengthHistogram* histogram_;
};

}  // namespace univi::ui
