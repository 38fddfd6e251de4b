#include "ui/chat/when_text.h"

#include <QLocale>

#include "ui/text/translate.h"

namespace univi::ui {

QString whenText(const QDateTime& time) {
    const QDateTime local = time.toLocalTime();
    const qint64 days = local.date().daysTo(QDate::currentDate());
    const QLocale locale;
    if (days <= 0) return locale.toString(local.time(), QStringLiteral("HH:mm"));
    if (days < 7) return locale.dayName(local.date().dayOfWeek(), QLocale::ShortFormat);
    return locale.toString(local.date(), days < 300 ? tr("d MMM") : tr("MMM yyyy"));
}

}  // namespace univi::ui
