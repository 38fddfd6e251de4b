#pragma once

#include <QCoreApplication>
#include <QList>
#include <QString>

#include "training/options/options.h"
#include "ui/training/setup/run_check.h"

namespace univi::ui {

/// Collects what the parts of checkRun() find.
struct CheckList {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::CheckList)
  public:
    const training::TrainOptions& options;
    const CheckSurroundings& around;
    QList<RunCheck> found;

    void add(RunCheck::Level level, const QString& field, const QString& sentence,
             const QString& action = {}, const QList<OptionChange>& changes = {});
    /// What is put right by choosing a file or folder.
    void browse(RunCheck::Level level, const QString& field, const QString& sentence);
};

void checkValues(CheckList& list);   ///< what the trainer itself refuses
void checkStage(CheckList& list);    ///< stage 2 without a projector, rates
void checkPaths(CheckList& list);    ///< model, tower, files, folders
void checkData(CheckList& list);     ///< data sets and their lists
void checkFolder(CheckList& list);   ///< the run folder and its disk
void checkDevices(CheckList& list);  ///< devices that are there, their precision, ZeRO
void checkMemory(CheckList& list);   ///< the plan

}  // namespace univi::ui
