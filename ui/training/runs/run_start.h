#pragma once

#include <QString>
#include <QStringList>

namespace univi::ui {

/// A run that is to be started or queued: what the set-up page hands over and what the launcher and
/// the queue take.
struct RunStart {
    QStringList arguments;  ///< flags of univi-train, without the program
    QString output_dir;     ///< the run's folder (the value of --output_dir, absolute)
    QString name;           ///< how the list calls it; empty: the folder's name
    bool queued = false;    ///< wait until `devices` are free instead of starting now
    QStringList devices;  ///< what it needs: "cpu:0", "cuda:1", or a GPU's UUID; empty: everything
    /// Folder that relative paths in `arguments` start from; empty: the window's own.
    QString working_folder;
    /// Run that must be done first (its folder); a queued run waits for it. Empty: none.
    QString after;
};

}  // namespace univi::ui
