#pragma once

#include <QObject>
#include <QStringList>

class QLocalServer;
class QLocalSocket;

namespace univi::ui {

/// What a program that was started a second time hands to the window that is open.
struct HandOver {
    QStringList files;  ///< absolute
    QString run, ask;
    bool operator==(const HandOver&) const = default;
};

/// The window that is open for this person and these settings: a program that is started beside it
/// hands its files over and ends. They meet at a local socket that its owner alone may use. GUI
/// thread.
class Instance : public QObject {
    Q_OBJECT
  public:
    explicit Instance(QObject* parent = nullptr);

    /// Hands over to the window that is open; false when there is none, or it does not answer.
    /// Waits for it, at most some seconds.
    static bool handOver(const HandOver& what);
    /// Takes what is handed over from now on. Where another window has the place already, it keeps
    /// it.
    void listen();

  Q_SIGNALS:
    void handedOver(const univi::ui::HandOver& what);

  private:
    void accept();
    void read(QLocalSocket* socket);
    QLocalServer* server_;
};

}  // namespace univi::ui
