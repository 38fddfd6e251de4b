// What a screen reader is told of segments.
#include <QAccessible>
#include <QButtonGroup>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <memory>

#include "tests/ui/qt_test.h"
#include "ui/widgets/build.h"

namespace univi::ui {

class AccessibleChoiceTest : public QObject {
    Q_OBJECT

    static QAccessibleInterface* read(QToolButton& button) {
        return QAccessible::queryAccessibleInterface(&button);
    }

  private Q_SLOTS:
    /// A reader that is there while the window is built asks at once.
    void initTestCase() { QAccessible::setActive(true); }
    void cleanupTestCase() { QAccessible::setActive(false); }

    void segmentsOfAGroupAreRadioButtons() {
        QButtonGroup group;
        const std::unique_ptr<QToolButton> first(segment("&64", "The first")),
            second(segment("32"));
        group.addButton(first.get(), 0);
        group.addButton(second.get(), 1);
        first->setChecked(true);
        QCOMPARE(read(*first)->role(), QAccessible::RadioButton);
        QCOMPARE(read(*first)->text(QAccessible::Name), QString("64"));
        QVERIFY(read(*first)->state().checkable && read(*first)->state().checked);
        QVERIFY(!read(*second)->state().checked);
        second->setAccessibleName("Groups of 32");
        QCOMPARE(read(*second)->text(QAccessible::Name), QString("Groups of 32"));
    }

    /// Whoever waits for clicks of the group hears of it.
    void aReaderChoosesOne() {
        QButtonGroup group;
        const std::unique_ptr<QToolButton> first(segment("64")), second(segment("32"));
        group.addButton(first.get(), 0);
        group.addButton(second.get(), 1);
        first->setChecked(true);
        QSignalSpy clicked(&group, &QButtonGroup::idClicked);
        QAccessibleActionInterface* actions = read(*second)->actionInterface();
        QVERIFY(actions->actionNames().contains(QAccessibleActionInterface::toggleAction()));
        actions->doAction(QAccessibleActionInterface::toggleAction());
        QCOMPARE(clicked.size(), 1);
        QVERIFY(second->isChecked() && !first->isChecked());
        QVERIFY(read(*second)->state().checked && !read(*first)->state().checked);
        second->setEnabled(false);
        QVERIFY(!actions->actionNames().contains(QAccessibleActionInterface::toggleAction()));
    }

    void aSegmentAloneIsACheckBox() {
        const std::unique_ptr<QToolButton> alone(segment("Log scale"));
        QCOMPARE(read(*alone)->role(), QAccessible::CheckBox);
        const std::unique_ptr<QToolButton> button(iconButton("close", "Close"));
        QCOMPARE(read(*button)->role(), QAccessible::PushButton);
    }
};

UNIVI_QT_TEST(AccessibleChoiceTest)

}  // namespace univi::ui

#include "accessible_choice_test.moc"
