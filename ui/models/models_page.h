#pragma once

#include <QWidget>

#include "ui/models/model_task.h"

class QFormLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace univi::ui {

class DownloadJob;
class DownloadList;
class GetModels;
class AppSettings;
class LoadForm;
class ModelChooser;
class ModelShelf;
class NoticeBar;
class WrapLabel;

/// The loaded model with its figures, how it is loaded, the folders that were loaded before, the
/// models of the Hugging Face cache, and more of them to get.
class ModelsPage : public QWidget {
    Q_OBJECT
  public:
    ModelsPage(ModelChooser* chooser, DownloadList* downloads, AppSettings* settings,
               QWidget* parent = nullptr);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void buildCurrent(QVBoxLayout* column);
    void buildDownloads(QVBoxLayout* column);
    void addDownload(DownloadJob* job);
    void dropDownload(DownloadJob* job);
    void startTask(ModelTask::Kind kind, const QString& model, const QString& out);
    void showWork();
    void reveal(QWidget* row);
    void showModel();
    void showMemory();
    void showRefusal(const QString& sentence);

    ModelChooser* chooser_;
    DownloadList* downloads_;
    QLabel *name_, *folder_, *device_, *weights_, *memory_, *parameters_, *context_;
    WrapLabel* places_;  ///< of a model that several devices share
    LoadForm* loading_;
    QPushButton* unload_;
    QFormLayout* form_;  ///< with the figures of the loaded model
    NoticeBar* problem_;
    bool refused_ = false;  ///< a refusal stands in problem_ until another model is chosen
    ModelShelf* shelf_;
    QWidget* download_card_;  ///< downloads and tasks; hidden without one
    QVBoxLayout* download_rows_;
    GetModels* get_;
    int tasks_ = 0;  ///< rows of tasks
};

}  // namespace univi::ui
