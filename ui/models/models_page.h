#pragma once

#include <QList>
#include <QWidget>

#include "ui/models/cached_models.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace univi::ui {

class ModelChooser;
class NoticeBar;

/// The loaded model with its figures, how it is loaded, the folders that were loaded before and the
/// models of the Hugging Face cache.
class ModelsPage : public QWidget {
    Q_OBJECT
  public:
    explicit ModelsPage(ModelChooser* chooser, QWidget* parent = nullptr);

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void buildCurrent(QVBoxLayout* column);
    void buildLoading(QVBoxLayout* column);
    void showModel();
    void showMemory();
    void showNeed();
    void showRefusal(const QString& sentence);
    void showRecent();
    void showCached();
    bool isCached(const QString& folder) const;
    void reload();

    ModelChooser* chooser_;
    QLabel *name_, *folder_, *device_, *weights_, *memory_, *parameters_, *context_, *need_;
    NoticeBar* problem_;
    bool refused_ = false;  ///< a refusal stands in problem_ until another model is chosen
    QComboBox *device_choice_, *dtype_choice_;
    QLineEdit* tower_;
    QVBoxLayout* recent_;
    QLabel* cached_heading_;
    QVBoxLayout* cached_list_;
    QList<CachedModel> cached_;
};

}  // namespace univi::ui
