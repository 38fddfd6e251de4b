#pragma once

#include <QWidget>

#include "training/options/options.h"
#include "ui/training/data/sample_source.h"

class QLabel;
class QSpinBox;
class QTextBrowser;
class QToolButton;
class QVBoxLayout;

namespace univi::ui {

class ElidedLabel;
class FlowLayout;
class NoticeBar;
class Thumbnails;

/// Looks through the samples of a data set: their media, and the prompt with every token coloured
/// by its label mask.
class SampleBrowser : public QWidget {
    Q_OBJECT
  public:
    explicit SampleBrowser(QWidget* parent = nullptr);
    void setOptions(const training::TrainOptions& options);
    /// Shows item `index`, at once or when the data are read.
    void showItem(qint64 index);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    QLayout* buildBar();
    void open();
    void takeOpened(qint64 size);
    void showSample(const SampleView& sample);
    void showTokens();
    void showMedia();
    SampleSource source_;
    training::TrainOptions options_;
    bool is_stale_ = true;
    qint64 wanted_ = 0;
    SampleView sample_;
    QWidget* body_;
    QSpinBox* index_;
    QToolButton *previous_, *next_, *random_;
    QLabel *total_, *counts_;
    ElidedLabel* where_;
    NoticeBar* notice_;
    QWidget* media_;
    FlowLayout* media_items_;
    QTextBrowser* tokens_;
    Thumbnails* thumbnails_;
};

}  // namespace univi::ui
