#pragma once

#include <QObject>

namespace univi::ui {

/// What the desktop wants: light or dark. Follows the settings portal
/// (org.freedesktop.appearance); where there is none, the lightness of the window colour Qt took
/// from the platform decides. GUI thread.
class DesktopScheme : public QObject {
    Q_OBJECT
  public:
    explicit DesktopScheme(QObject* parent = nullptr);
    bool isDark() const { return dark_; }

  Q_SIGNALS:
    void changed();

  private:
    void setPortalValue(unsigned value);
    bool dark_ = false;
};

}  // namespace univi::ui
