#pragma once

#include <QWidget>

#include "training/options/options.h"
#include "ui/training/data/datasets_file.h"

class QBoxLayout;
class QLabel;
class QLayout;
class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QPushButton;
class QVBoxLayout;

namespace univi::ui {

class NoticeBar;
class SourceCard;

/// Builds the datasets file: its data sets, their sources and folders; ticks say which of them the
/// run takes. Without a file the published data sets are shown, to be read only. Changes are
/// written when a person saves. GUI thread.
class DatasetsEditor : public QWidget {
    Q_OBJECT
  public:
    explicit DatasetsEditor(QWidget* parent = nullptr);
    void setOptions(const training::TrainOptions& options);
    /// Writes the file (asked for when there is none yet). False when it was not written.
    bool save();
    bool isChanged() const { return is_changed_; }
    const DatasetsFile& content() const { return content_; }
    /// For tests and other parts: replaces the content and counts as a change.
    void setContent(const DatasetsFile& content);

  Q_SIGNALS:
    /// A person chose: --datasets, --dataset_use or --data_path as text.
    void chosen(const QString& option, const QString& text);
    void saved(const QString& file);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    QLayout* buildFileLine();
    QWidget* buildDataPath();
    QLayout* buildSets();
    void load();
    void openFile();
    void newFile();
    void goOnWith(const QString& file);
    void addSet();
    void removeSet();
    void renameSet(QListWidgetItem* item);
    void takeTicks();
    void showSets();
    void showSources();
    void addSource();
    void takeSources();
    void setChanged(bool changed);
    int current() const;
    QString resolve(const QString& text) const;

    training::TrainOptions options_;
    QString file_;  ///< being edited; empty: the published list
    QString loaded_from_;
    DatasetsFile content_;
    bool is_changed_ = false, filling_ = false;
    QLineEdit *path_, *data_path_;
    QWidget* data_path_line_;
    QPushButton *save_, *add_set_, *remove_set_, *add_source_;
    QLabel* hint_;
    NoticeBar* notice_;
    QListWidget* sets_;
    QBoxLayout* sets_line_ = nullptr;
    QVBoxLayout* cards_layout_;
    QList<SourceCard*> cards_;
};

}  // namespace univi::ui
