#include "app/desktop/keys_card.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>
#include <utility>

#include "ui/settings/app_settings.h"
#include "ui/settings/setting_row.h"
#include "ui/widgets/build.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {

KeysCard::KeysCard(AppSettings* settings, std::function<QList<Shortcut>()> table, QFormLayout* form,
                   QObject* parent)
    : QObject(parent),
      settings_(settings),
      table_(std::move(table)),
      form_(form),
      reset_all_(button(tr("Reset all"))) {
    reset_all_->setObjectName(QStringLiteral("resetKeys"));
    reset_all_->setAccessibleName(tr("Give every command its own key again"));
    auto* how =
        new WrapLabel(tr("Click a key and press another; the cross takes it away."), "muted");
    form->addRow(row({.margins = {}, .spacing = 16}, {{how, 1}, reset_all_}));
    for (const Shortcut& shortcut : table_())
        if (!shortcut.id.isEmpty()) addRow(form, shortcut);
    connect(reset_all_, &QPushButton::clicked, this, &KeysCard::resetAll);
    connect(settings_, &AppSettings::keysChanged, this, &KeysCard::show);
    show();
}

void KeysCard::addRow(QFormLayout* form, const Shortcut& shortcut) {
    auto* field = new QKeySequenceEdit;
    field->setObjectName("key-" + shortcut.id);
    field->setAccessibleName(tr("Key of: %1").arg(shortcut.text));
    field->setFixedWidth(kSettingFieldWidth);
    QPushButton* back = button(tr("Reset"), ButtonRole::Quiet);
    back->setAccessibleName(tr("Own key again: %1").arg(shortcut.text));
    QToolButton* none = iconButton("close", tr("No key for: %1").arg(shortcut.text));
    auto* conflict = new WrapLabel({}, "dangerSmall");
    conflict->setObjectName("keyConflict-" + shortcut.id);
    addField(form, shortcut.text, field,
             row({.margins = {}, .spacing = 8}, {field, none, back, Part::stretch()}));
    form->addRow(conflict);
    form->setRowVisible(conflict, false);
    rows_.insert(shortcut.id, {field, back, conflict});
    const QString id = shortcut.id;
    connect(field, &QKeySequenceEdit::editingFinished, this,
            [this, id, field] { choose(id, field->keySequence()); });
    connect(none, &QToolButton::clicked, this, [this, id] { choose(id, {}); });
    connect(back, &QPushButton::clicked, this, [this, id] { reset(id); });
}

/// One key, not a row of them: a second one would wait for the first.
void KeysCard::choose(const QString& id, const QKeySequence& keys) {
    const QKeySequence key = keys.isEmpty() ? QKeySequence() : QKeySequence(keys[0]);
    for (const Shortcut& other : table_()) {
        if (other.id == id && other.key == key) return show();
        if (other.id == id || key.isEmpty() || other.key != key) continue;
        show();
        return refuse(id, other);
    }
    forgive();
    settings_->setKey(id, key.toString(QKeySequence::PortableText));
}

void KeysCard::reset(const QString& id) {
    for (const Shortcut& shortcut : table_())
        if (shortcut.id == id) {
            // Its own key may be another command's by now.
            for (const Shortcut& other : table_())
                if (other.id != id && other.key == shortcut.own_key) return refuse(id, other);
        }
    forgive();
    settings_->setKey(id, std::nullopt);
}

void KeysCard::resetAll() {
    forgive();
    for (const QString& id : rows_.keys()) settings_->setKey(id, std::nullopt);
}

void KeysCard::show() {
    bool any = false;
    for (const Shortcut& shortcut : table_()) {
        const auto row = rows_.constFind(shortcut.id);
        if (row == rows_.constEnd()) continue;
        const QSignalBlocker quiet(row->field);
        row->field->setKeySequence(shortcut.key);
        const bool isChosen = shortcut.key != shortcut.own_key;
        row->reset->setVisible(isChosen);
        any = any || isChosen;
    }
    reset_all_->setEnabled(any);
}

/// Under the row where it happened: the top of the card may be far out of sight.
void KeysCard::refuse(const QString& id, const Shortcut& other) {
    forgive();
    const Row row = rows_.value(id);
    if (!row.conflict) return;
    row.conflict->setText(tr("%1 belongs to “%2”: give that another key first.")
                              .arg(other.key.toString(QKeySequence::NativeText), other.text));
    row.field->setAccessibleDescription(row.conflict->text());
    form_->setRowVisible(row.conflict, true);
}

void KeysCard::forgive() {
    for (const Row& row : std::as_const(rows_)) {
        row.conflict->clear();
        row.field->setAccessibleDescription({});
        form_->setRowVisible(row.conflict, false);
    }
}

}  // namespace univi::ui
