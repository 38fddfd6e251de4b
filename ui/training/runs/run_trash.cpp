#include "ui/training/runs/run_trash.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace univi::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("univi::ui::RunTrash", text);
}

/// The file in which the desktop's trash notes where a trashed folder came from.
QString noteOf(const QString& trashed) {
    const QFileInfo info(trashed);
    return QDir(info.path()).filePath(
        QStringLiteral("../info/%1.trashinfo").arg(info.fileName()));
}

}  // namespace

QString moveToTrash(const QString& folder, QString& problem) {
    problem.clear();
    if (!QFileInfo(folder).isDir()) {
        problem = tr("%1 is not there any more.").arg(folder);
        return {};
    }
    QString trashed;
    if (QFile::moveToTrash(folder, &trashed) && !trashed.isEmpty()) return trashed;
    problem = tr("The trash does not take %1: look at the permissions of the folder it lies in, or "
                 "delete it in the file manager.")
                  .arg(folder);
    return {};
}

bool bringBack(const QString& trashed, const QString& folder, QString& problem) {
    problem.clear();
    if (!QFileInfo::exists(trashed))
        problem = tr("%1 is not in the trash any more.").arg(QDir(folder).dirName());
    else if (QFileInfo::exists(folder))
        problem = tr("Something else is at %1 by now: move it away first.").arg(folder);
    else if (!QDir().mkpath(QFileInfo(folder).path()) || !QDir().rename(trashed, folder))
        problem = tr("%1 could not be moved back to %2.").arg(trashed, folder);
    if (!problem.isEmpty()) return false;
    QFile::remove(noteOf(trashed));
    return true;
}

}  // namespace univi::ui
