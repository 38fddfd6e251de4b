#pragma once

#include <QList>
#include <QWidget>

#include "ui/models/cached_models.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace univi::ui {

class DownloadJob;
class DownloadList;
class GetModels;
class ModelChooser;
class NoticeBar;

/// The loaded model with its figures, how it is loaded, the folders that were loaded before, the
/// models of the Hugging Face cache, and more of them to get.
class ModelsPage : public QWidget {
    Q_OBJECT
  public:
    ModelsPage(ModelChooser* chooser, DownloadList* downloads, QWidget* parent = nullptr);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void buildCurrent(QVBoxLayout* column);
    void buildLoading(QVBoxLayout* column);
    void buildDownloads(QVBoxLayout* column);
    void addDownload(DownloadJob* job);
    void dropDownload(DownloadJob* job);
    void readCache();
    void showModel();
    void showMemory();
    void showNeed();
    void showRefusal(const QString& sentence);
    void showRecent();
    void showCached();
    bool isCached(const QString& folder) const;
    void reload();

    ModelChooser* chooser_;
    DownloadList* downloads_;
    QLabel *name_, *folder_, *device_, *weights_, *memory_, *parameters_, *context_, *need_;
    NoticeBar* problem_;
    bool refused_ = false;  ///< a refusal stands in problem_ until another model is chosen
    QComboBox *device_choice_, *dtype_choice_;
    QLineEdit* tower_;
    QVBoxLayout* recent_;
    QWidget* download_card_;  ///< with the rows of downloads; hidden without one
    QVBoxLayout* download_rows_;
    GetModels* get_;
    QLabel* cached_heading_;
    QVBoxLayout* cached_list_;
    QList<CachedModel> cached_;
};

}  // namespace univi::ui
