#include "ui/widgets/counted.h"

#include <QLocale>

namespace univi::ui {

QString counted(qint64 count, const QString& one, const QString& many) {
    return (count == 1 ? one : many).arg(QLocale().toString(count));
}

}  // namespace univi::ui
