#pragma once

#include <QDoubleSpinBox>

namespace univi::ui {

/// A field for a time of a video, shown as 0:12.5 and typed so or as seconds.
class TimeField : public QDoubleSpinBox {
    Q_OBJECT
  public:
    explicit TimeField(QWidget* parent = nullptr);
    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
    QValidator::State validate(QString& text, int& place) const override;
};

}  // namespace univi::ui
