#include "ui/chat/recording_file.h"

#include <QDateTime>
#include <QDir>

#include "core/base/error.h"
#include "core/base/paths.h"

namespace univi::ui {

QString newRecordingFile(const QString& source, const QString& suffix) {
    try {
        const QDir folder(QString::fromStdString(base::data_folder().string()) +
                          QStringLiteral("/recorded"));
        if (!folder.mkpath(QStringLiteral("."))) return {};
        QString name = source.left(60);
        for (QChar& c : name)
            if (!c.isLetterOrNumber() && c != QLatin1Char('.')) c = QLatin1Char('-');
        const QString time =
            QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HH.mm.ss.zzz"));
        return folder.filePath(QStringLiteral("%1 %2.%3").arg(name, time, suffix));
    } catch (const base::Error&) {
        return {};
    }
}

}  // namespace univi::ui
