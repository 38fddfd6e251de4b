#pragma once

#include <QWidget>

#include "ui/models/cached_models.h"
#include "ui/models/model_task.h"

class QLabel;
class QMenu;
class QVBoxLayout;

namespace univi::ui {

class ChoiceButton;
class ModelChooser;
class ModelShelf;

/// The models of this machine, each a row that loads it and a menu with what else can be done: the
/// ones that were loaded before, those of the hub's cache, and of the folders that are watched.
class ModelLists : public QWidget {
    Q_OBJECT
  public:
    ModelLists(ModelChooser* chooser, ModelShelf* shelf, QWidget* parent = nullptr);

  Q_SIGNALS:
    /// Work on a model was asked for; `out`: the folder to write, empty where none is.
    void taskRequested(univi::ui::ModelTask::Kind kind, const QString& model, const QString& out);

  private:
    /// A row that loads `given`, which is what the engine takes for the model.
    void addRow(QVBoxLayout* list, ChoiceButton* choice, const QString& given,
                const QString& folder, bool canBeWritten);
    void addModel(QVBoxLayout* list, const CachedModel& model, const QString& given);
    void fillMenu(QMenu* menu, const QString& given, const QString& folder, bool canBeWritten);
    void write(ModelTask::Kind kind, const QString& model);
    void showRecent();
    void showShelf();
    QWidget* folderHeading(const QString& folder, bool isThere);
    bool isOnShelf(const QString& folder) const;

    ModelChooser* chooser_;
    ModelShelf* shelf_;
    QVBoxLayout *recent_, *cached_, *folders_;
    QLabel* cached_heading_;
};

}  // namespace univi::ui
