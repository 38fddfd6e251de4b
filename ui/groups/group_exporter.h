#pragma once

#include <QImage>
#include <QWidget>
#include <functional>

#include "ui/groups/group_export.h"
#include "ui/groups/group_selection.h"

namespace univi::ui {

/// Exports the groups that are shown: asks for the kind, then for the file. GUI thread.
class GroupExporter : public QObject {
    Q_OBJECT
  public:
    /// `figure` returns what is in sight, its first picture that of the medium.
    GroupExporter(std::function<GroupFigure()> figure, QWidget* parent);
    void choose();

  Q_SIGNALS:
    /// What became of it, a sentence.
    void said(const QString& sentence);

  private:
    void chooseFile(const QString& filter, const ExportOptions& options);

    std::function<GroupFigure()> figure_;
    QWidget* parent_;
};

}  // namespace univi::ui
