#pragma once

#include <QApplication>
#include <QObject>

namespace univi::ui {

/// An event filter over the whole program, of which there is one of each kind. GUI thread.
template <class Filter>
class ProgramFilter : public QObject {
  public:
    /// Nothing happens where the program has one of this kind already.
    static void install(QApplication& application) {
        for (QObject* child : application.children())
            if (dynamic_cast<Filter*>(child)) return;
        auto* filter = new Filter;
        filter->setParent(&application);
        application.installEventFilter(filter);
    }

  protected:
    ProgramFilter() = default;
};

}  // namespace univi::ui
