#include "ui/widgets/accessible_picture.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QWidget>

namespace univi::ui {
namespace {

constexpr const char* kMark = "univiPicture";

QAccessibleInterface* pictureInterface(const QString& /*class_name*/, QObject* object) {
    auto* widget = qobject_cast<QWidget*>(object);
    return widget && widget->property(kMark).toBool()
               ? new QAccessibleWidget(widget, QAccessible::Graphic)
               : nullptr;
}

}  // namespace

void makeAccessiblePicture(QWidget* widget) {
    QAccessible::installFactory(pictureInterface);  // a second time has no effect
    widget->setProperty(kMark, true);
}

}  // namespace univi::ui
