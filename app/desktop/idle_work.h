#pragma once

#include <QList>
#include <QObject>
#include <QTimer>
#include <functional>

class QWidget;

namespace univi::ui {

/// Work that nobody waits for, in pieces that are shorter than a picture on the screen: one in each
/// moment, with room between them for what a person does. GUI thread.
class IdleWork : public QObject {
    Q_OBJECT
  public:
    using Pieces = QList<std::function<void()>>;
    /// Begins soon, in their order. `parent` owns it; it goes when all is done.
    IdleWork(const Pieces& pieces, QObject* parent);
    /// Does all that is left for a widget and what is in it, which is about to be shown.
    static void finishFor(const QWidget* widget);

  private:
    bool doNext();

    Pieces pieces_;
    QTimer timer_;
};

}  // namespace univi::ui
