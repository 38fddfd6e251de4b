#pragma once

#include <QFrame>

class QGridLayout;
class QLabel;
class QProgressBar;
class QPushButton;

namespace univi::ui {

class DownloadJob;
class DownloadList;
class ElidedLabel;
class WrapLabel;

/// One download: what, how far as a whole and file by file, and what can be done about it.
class DownloadRow : public QFrame {
    Q_OBJECT
  public:
    DownloadRow(DownloadList* list, DownloadJob* job, QWidget* parent = nullptr);
    DownloadJob* job() const { return job_; }
    /// What the row says under its bar.
    QString detail() const;

  Q_SIGNALS:
    /// The downloaded model shall be loaded.
    void loadRequested(const QString& name);

  private:
    void connectButtons();
    void update();
    void updateButtons();
    void showMain(QPushButton* shown);
    void updateFiles();
    QString stateText() const;

    DownloadList* list_;
    DownloadJob* job_;
    ElidedLabel* name_;
    QProgressBar* bar_;
    WrapLabel* detail_;
    QWidget* files_;
    QGridLayout* file_grid_;
    QPushButton *pause_, *resume_, *load_, *remove_;
};

}  // namespace univi::ui
