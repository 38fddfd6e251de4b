#include "ui/chat/time_field.h"

#include "core/base/clip_range.h"
#include "ui/chat/medium.h"

namespace univi::ui {

TimeField::TimeField(QWidget* parent) : QDoubleSpinBox(parent) {
    setDecimals(1);
    setSingleStep(0.1);
    setFixedWidth(110);
}

QString TimeField::textFromValue(double value) const {
    return timeText(value);
}

double TimeField::valueFromText(const QString& text) const {
    return base::parse_time(text.trimmed().toStdString()).value_or(value());
}

QValidator::State TimeField::validate(QString& text, int&) const {
    const auto time = base::parse_time(text.trimmed().toStdString());
    if (time && *time <= maximum()) return QValidator::Acceptable;
    for (const QChar c : std::as_const(text))
        if (!c.isDigit() && c != QLatin1Char(':') && c != QLatin1Char('.'))
            return QValidator::Invalid;
    return QValidator::Intermediate;
}

}  // namespace univi::ui
