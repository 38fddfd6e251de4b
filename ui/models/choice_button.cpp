#include "ui/models/choice_button.h"

#include <QVBoxLayout>

#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kIconSide = 18, kTextLeft = 46;

}  // namespace

ChoiceButton::ChoiceButton(const QString& iconName, const QString& name, const QString& place,
                           QWidget* parent)
    : QPushButton(parent), name_(new ElidedLabel(name)), place_(new ElidedLabel(place)) {
    setObjectName(QStringLiteral("choice"));
    setIcon(univi::ui::icon(iconName));
    setIconSize({kIconSide, kIconSide});
    setAccessibleName(place.isEmpty() ? name : name + QStringLiteral(", ") + place);
    name_->setElideMode(Qt::ElideMiddle);
    place_->setElideMode(Qt::ElideMiddle);
    place_->setProperty("type", QStringLiteral("small"));
    place_->setVisible(!place.isEmpty());
    for (QWidget* label : {static_cast<QWidget*>(name_), static_cast<QWidget*>(place_)})
        label->setAttribute(Qt::WA_TransparentForMouseEvents);
    column(this, {.margins = {kTextLeft, 0, 16, 0}, .spacing = 1},
           {Part::stretch(), name_, place_, Part::stretch()});
    // The style sheet sets the height: it would override a minimum set here.
    setProperty("lines", place.isEmpty() ? 1 : 2);
}

QString ChoiceButton::name() const {
    return name_->text();
}

QString ChoiceButton::place() const {
    return place_->text();
}

}  // namespace univi::ui
