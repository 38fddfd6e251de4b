#pragma once

#include <QHash>
#include <QObject>
#include <functional>

#include "app/desktop/shortcuts.h"

class QFormLayout;
class QKeySequenceEdit;
class QPushButton;

namespace univi::ui {

class AppSettings;
class WrapLabel;

/// The keys in Settings: every command with its key, which can be another, or none. A key that
/// another command has is refused under its row, with that command's name. GUI thread.
class KeysCard : public QObject {
    Q_OBJECT
  public:
    KeysCard(AppSettings* settings, std::function<QList<Shortcut>()> table, QFormLayout* form,
             QObject* parent);

  private:
    struct Row {
        QKeySequenceEdit* field = nullptr;
        QPushButton* reset = nullptr;
        WrapLabel* conflict = nullptr;  ///< why its key was refused
    };
    void addRow(QFormLayout* form, const Shortcut& shortcut);
    void choose(const QString& id, const QKeySequence& key);
    void reset(const QString& id);
    void resetAll();
    void show();
    void refuse(const QString& id, const Shortcut& other);
    void forgive();

    AppSettings* settings_;
    std::function<QList<Shortcut>()> table_;
    QFormLayout* form_;
    QPushButton* reset_all_;
    QHash<QString, Row> rows_;
};

}  // namespace univi::ui
