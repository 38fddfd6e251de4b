#pragma once

#include <QObject>

class QDBusVariant;

namespace univi::ui {

/// What the desktop wants: light or dark. Asks the XDG settings portal (org.freedesktop.appearance)
/// and listens to its changes; where there is none, the lightness of the window colour Qt took from
/// the platform decides. GUI thread.
class DesktopScheme : public QObject {
    Q_OBJECT
  public:
    explicit DesktopScheme(QObject* parent = nullptr);
    bool isDark() const { return dark_; }

  Q_SIGNALS:
    void changed();

  private Q_SLOTS:
    void onPortalSetting(const QString& group, const QString& key, const QDBusVariant& value);

  private:
    void askPortal();
    void setPortalValue(unsigned value);
    bool dark_ = false;
};

}  // namespace univi::ui
