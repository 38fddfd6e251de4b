#include "ui/text/recording_title.h"

#include <QFileInfo>
#include <QRegularExpression>

#include "ui/text/translate.h"

namespace univi::ui {

QString recordingTitle(const QString& file) {
    static const QRegularExpression recorded(QStringLiteral(
        "^(.+) \\d{4}-\\d\\d-\\d\\d (\\d\\d)\\.(\\d\\d)\\.(\\d\\d)\\.\\d{3}\\.\\w+$"));
    const QString name = QFileInfo(file).fileName();
    const auto match = recorded.match(name);
    if (!match.hasMatch()) return name;
    return tr("%1, %2").arg(match.captured(1).replace(QLatin1Char('-'), QLatin1Char(' ')),
                            match.captured(2) + QLatin1Char(':') + match.captured(3) +
                                QLatin1Char(':') + match.captured(4));
}

}  // namespace univi::ui
