#pragma once

#include <QString>

class QFormLayout;
class QLabel;
class QWidget;

namespace univi::ui {

/// Pixels: the fields of all cards of the page begin at one line, and are as wide.
inline constexpr int kSettingLabelWidth = 152, kSettingFieldWidth = 168;

/// Adds a row of the Settings page: label, field, and beside it what it means. Returns the label
/// that says so; null when `hint` is empty.
QLabel* addSettingRow(QFormLayout* form, const QString& label, QWidget* field, const QString& hint);

}  // namespace univi::ui
