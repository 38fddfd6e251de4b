#include "ui/widgets/search_escape.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPointer>

#include "ui/widgets/own_escape.h"

namespace univi::ui {
namespace {

class Escape : public QObject {
  public:
    explicit Escape(QLineEdit* search) : QObject(search), search_(search) {
        search->installEventFilter(this);
        connect(qApp, &QApplication::focusChanged, this, [this](QWidget* from, QWidget* to) {
            if (to == search_ && from) before_ = from;
        });
    }

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (takesEscape(event)) return true;
        if (event->type() != QEvent::KeyPress ||
            static_cast<QKeyEvent*>(event)->key() != Qt::Key_Escape)
            return QObject::eventFilter(watched, event);
        event->accept();
        leave();
        return true;
    }

  private:
    void leave() {
        search_->clear();
        if (before_ && before_->isVisible())
            before_->setFocus(Qt::OtherFocusReason);
        else if (QWidget* next = search_->nextInFocusChain())
            next->setFocus(Qt::OtherFocusReason);
    }

    QLineEdit* search_;
    QPointer<QWidget> before_;
};

}  // namespace

void leaveOnEscape(QLineEdit* search) {
    new Escape(search);
}

}  // namespace univi::ui
