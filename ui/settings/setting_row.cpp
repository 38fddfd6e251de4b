#include "ui/settings/setting_row.h"

#include <QFormLayout>
#include <QLabel>
#include <algorithm>

#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kRowHeight = 34;

}  // namespace

QLabel* addSettingRow(QFormLayout* form, const QString& label, QWidget* field,
                      const QString& hint) {
    auto* name = new QLabel(label);
    name->setBuddy(field);
    name->setMinimumHeight(std::min(field->sizeHint().height(), kRowHeight));
    name->setMinimumWidth(kSettingLabelWidth);
    field->setAttribute(Qt::WA_LayoutUsesWidgetRect);  // a check box begins where other fields do
    field->setAccessibleDescription(hint);
    QLabel* meaning = hint.isEmpty() ? nullptr : wrapped(hint, "small");
    form->addRow(name, row({.spacing = 16}, {{field, meaning ? 0 : 1, Qt::AlignVCenter},
                                             {meaning, 1, Qt::AlignVCenter}}));
    return meaning;
}

}  // namespace univi::ui
