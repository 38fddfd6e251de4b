#pragma once

#include <QObject>
#include <QString>

class QSystemTrayIcon;

namespace univi::ui {

/// Tells the desktop of something that a person waits for: by the freedesktop notification service
/// where there is one, by a tray icon's message else, or not at all where neither is there or the
/// person wants none. GUI thread, never blocks.
class DesktopNotice : public QObject {
    Q_OBJECT
  public:
    explicit DesktopNotice(QObject* parent = nullptr);
    ~DesktopNotice() override;
    void show(const QString& title, const QString& text, bool urgent);

    /// Whether anything is shown by this program from now on.
    static void setWanted(bool wanted);

  private:
    void showInTray(const QString& title, const QString& text, bool urgent);
    QSystemTrayIcon* tray_ = nullptr;
};

}  // namespace univi::ui
