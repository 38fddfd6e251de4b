#pragma once

#include <QWidget>

#include "training/options/options.h"

class QButtonGroup;
class QStackedWidget;

namespace univi::ui {

class DatasetsEditor;
class DoctorView;
class SampleBrowser;

/// The data of a run: their sources, the check, the samples.
class DataPanel : public QWidget {
    Q_OBJECT
  public:
    enum Page { Sources, Check, Samples };
    explicit DataPanel(QWidget* parent = nullptr);
    void setOptions(const training::TrainOptions& options);
    void showPage(Page page);
    DatasetsEditor* editor() const { return editor_; }
    DoctorView* doctor() const { return doctor_; }
    SampleBrowser* samples() const { return samples_; }

  Q_SIGNALS:
    /// A person chose an option's value.
    void chosen(const QString& option, const QString& text);
    /// The datasets file was written: what reads it should look again.
    void saved();

  private:
    QButtonGroup* buttons_;
    QStackedWidget* pages_;
    DatasetsEditor* editor_;
    DoctorView* doctor_;
    SampleBrowser* samples_;
};

}  // namespace univi::ui
