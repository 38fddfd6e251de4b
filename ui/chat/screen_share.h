#pragma once

#include <QObject>
#include <QString>
#include <QVariantMap>
#include <functional>
#include <memory>

class QDBusMessage;
class QDBusPendingCall;

namespace univi::ui {

/// A screen or a window that a person shares with this program, through the dialog of the desktop's
/// portal (org.freedesktop.portal.ScreenCast): on Wayland there is no other way. It is shared as
/// long as this object lives. GUI thread, never waits.
class ScreenShare : public QObject {
    Q_OBJECT
  public:
    explicit ScreenShare(QObject* parent = nullptr) : QObject(parent) {}
    ~ScreenShare() override;
    /// Deleted later than its last owner lets go, which may be inside of one of its signals.
    static std::shared_ptr<ScreenShare> create();

    /// Calls `found` once when this is a Wayland desktop with such a portal, as long as `context`
    /// lives.
    static void find(QObject* context, std::function<void()> found);

    /// Shows the desktop's dialog: shared or refused follows.
    void start();
    /// The node of PipeWire that gives the pictures, once it is shared.
    quint32 node() const { return node_; }
    /// The connection to PipeWire that the portal opened, this object's own; -1 before that.
    int descriptor() const { return descriptor_; }
    /// Closes it here: a child has it now.
    void dropDescriptor();

  Q_SIGNALS:
    void shared();
    /// Nothing is shared; why, or nothing where the person did not want to.
    void refused(const QString& sentence);
    /// The person or the desktop ended the sharing.
    void ended();

  private Q_SLOTS:
    void onResponse(uint code, const QVariantMap& results);
    void onClosed();

  private:
    enum class Step { None, CreateSession, SelectSources, Start };

    void ask(Step step);
    void onAccepted(const QVariantMap& results);
    void listenToRequest(const QString& path);
    void forgetRequest();
    void openRemote();
    void refuse(const QString& sentence);
    /// Calls `done` with the reply of a call, where that is no error.
    void whenAnswered(const QDBusPendingCall& call, std::function<void(const QDBusMessage&)> done);

    Step step_ = Step::None;
    QString request_, session_;  ///< paths of the objects that stand for them on the bus
    quint32 node_ = 0;
    int descriptor_ = -1;
};

}  // namespace univi::ui
