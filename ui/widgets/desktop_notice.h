#pragma once

#include <QObject>
#include <QSet>
#include <QString>

class QSystemTrayIcon;
class QWidget;

namespace univi::ui {

/// Tells the desktop of something that a person waits for: by the freedesktop notification service
/// where there is one, by a tray icon's message else, or not at all where neither is there or the
/// person wants none. A click on it shows the owner's window. GUI thread, never blocks.
class DesktopNotice : public QObject {
    Q_OBJECT
  public:
    /// `owner` is in the window that a click shows.
    explicit DesktopNotice(QWidget* owner);
    ~DesktopNotice() override;
    void show(const QString& title, const QString& text, bool urgent);

    /// Whether anything is shown by this program from now on.
    static void setWanted(bool wanted);

  private Q_SLOTS:
    void takeToken(uint notice, const QString& token);
    void takeClick(uint notice, const QString& action);

  private:
    void listen();
    void showWindow();
    void showInTray(const QString& title, const QString& text, bool urgent);
    QWidget* owner_;
    bool listens_ = false;  ///< for clicks
    QSet<uint> shown_;      ///< by the service; what others showed is not ours
    QSystemTrayIcon* tray_ = nullptr;
};

}  // namespace univi::ui
