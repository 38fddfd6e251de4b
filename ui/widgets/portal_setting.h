#pragma once

#include <QObject>
#include <QVariant>

class QDBusVariant;

namespace univi::ui {

/// One setting of the desktop, as the XDG settings portal tells it. Asks when it is made, without
/// waiting, and listens to changes; where there is no portal, or no such setting, it says nothing.
/// GUI thread.
class PortalSetting : public QObject {
    Q_OBJECT
  public:
    PortalSetting(const QString& group, const QString& key, QObject* parent = nullptr);

  Q_SIGNALS:
    void told(const QVariant& value);

  private Q_SLOTS:
    void onChange(const QString& group, const QString& key, const QDBusVariant& value);

  private:
    void ask();

    QString group_, key_;
};

}  // namespace univi::ui
