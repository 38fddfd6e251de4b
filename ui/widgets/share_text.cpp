#include "ui/widgets/share_text.h"

#include <QLocale>

namespace univi::ui {

QString shareText(double share) {
    const double percent = share * 100;
    const QLocale locale;
    if (!(percent > 0)) return QStringLiteral("0 %");
    if (percent < 0.05) return QStringLiteral("<%1 %").arg(locale.toString(0.1, 'f', 1));
    return QStringLiteral("%1 %").arg(locale.toString(percent, 'f', percent < 9.95 ? 1 : 0));
}

QString decimalText(double value) {
    return QLocale().toString(value, 'f', 2);
}

}  // namespace univi::ui
