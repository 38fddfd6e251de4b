#include "ui/training/runs/run_trash.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QUrl>
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

/// The file in which the desktop's trash notes where a trashed folder came from.
QString noteOf(const QString& trashed) {
    const QFileInfo info(trashed);
    return QDir(info.path()).filePath(QStringLiteral("../info/%1.trashinfo").arg(info.fileName()));
}

QString homeTrash() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/Trash");
}

/// The trash of the home by the desktop's own rules (freedesktop.org's trash specification). Qt
/// asks the list of mounts for it, which a container may not show.
QString moveToHomeTrash(const QString& folder) {
    const QDir trash(homeTrash());
    constexpr auto kMine = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    for (const char* part : {"files", "info"})
        if (!QDir().mkpath(trash.filePath(QLatin1String(part)))) return {};
    QFile::setPermissions(trash.path(), kMine);
    const QString wanted = QDir(folder).dirName();
    QString name = wanted;
    QFile note;
    for (int i = 2;; ++i) {
        note.setFileName(trash.filePath(QStringLiteral("info/%1.trashinfo").arg(name)));
        if (note.open(QIODevice::WriteOnly | QIODevice::NewOnly)) break;
        if (!note.exists()) return {};
        name = QStringLiteral("%1 %2").arg(wanted).arg(i);
    }
    note.write("[Trash Info]\nPath=" + QUrl::toPercentEncoding(folder, "/") + "\nDeletionDate=" +
               QDateTime::currentDateTime().toString(Qt::ISODate).toLatin1() + "\n");
    note.close();
    const QString trashed = trash.filePath(QStringLiteral("files/%1").arg(name));
    // Of another disk it is not taken: a copy of gigabytes is no deletion.
    if (!QFileInfo::exists(trashed) && QDir().rename(folder, trashed)) return trashed;
    note.remove();
    return {};
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
    if (trashed = moveToHomeTrash(folder); !trashed.isEmpty()) return trashed;
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
