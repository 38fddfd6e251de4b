#include "ui/widgets/accessible_choice.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QAccessibleWidget>
#include <QButtonGroup>

namespace univi::ui {
namespace {

constexpr const char* kMark = "univiChoice";

class AccessibleChoice : public QAccessibleWidget {
  public:
    explicit AccessibleChoice(QAbstractButton* button) : QAccessibleWidget(button) {}

    QAccessible::Role role() const override {
        const QButtonGroup* const group = button()->group();
        return group && group->exclusive() ? QAccessible::RadioButton : QAccessible::CheckBox;
    }

    QAccessible::State state() const override {
        QAccessible::State state = QAccessibleWidget::state();
        state.checkable = button()->isCheckable();
        state.checked = button()->isChecked();
        state.pressed = button()->isDown();
        return state;
    }

    QString text(QAccessible::Text what) const override {
        const QString said = QAccessibleWidget::text(what);
        if (!said.isEmpty() || what != QAccessible::Name) return said;
        return button()->text().isEmpty() ? button()->toolTip()
                                          : button()->text().remove(QLatin1Char('&'));
    }

    QStringList actionNames() const override {
        QStringList names = QAccessibleWidget::actionNames();
        if (button()->isEnabled()) names.prepend(toggleAction());
        return names;
    }

    /// As a click, which those who look at the button wait for.
    void doAction(const QString& name) override {
        if (name == toggleAction())
            button()->click();
        else
            QAccessibleWidget::doAction(name);
    }

  private:
    QAbstractButton* button() const { return static_cast<QAbstractButton*>(widget()); }
};

QAccessibleInterface* choiceInterface(const QString& /*class_name*/, QObject* object) {
    auto* button = qobject_cast<QAbstractButton*>(object);
    return button && button->property(kMark).toBool() ? new AccessibleChoice(button) : nullptr;
}

}  // namespace

void makeAccessibleChoice(QAbstractButton* button) {
    QAccessible::installFactory(choiceInterface);  // a second time has no effect
    button->setProperty(kMark, true);
}

}  // namespace univi::ui
