#include "ui/server/server_rows.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>

#include "core/base/error.h"
#include "ui/server/model_server.h"
#include "ui/settings/setting_row.h"
#include "ui/widgets/build.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/open_dialog.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {

ServerRows::ServerRows(ModelServer* server, AppSettings* settings, QFormLayout* form,
                       QObject* parent)
    : QObject(parent), server_(server), settings_(settings), form_(form) {
    addSwitches();
    addKey();
    addFolder();
    addState();
    connect(server_, &ModelServer::changed, this, &ServerRows::showState);
    showKey();
    showState();
}

void ServerRows::addSwitches() {
    const ServerSettings now = settings_->server();
    on_ = new QCheckBox(tr("Answer them"));
    on_->setObjectName(QStringLiteral("serverOn"));
    on_->setAccessibleName(tr("Answer other programs"));
    on_->setFixedWidth(kSettingFieldWidth);
    on_->setChecked(now.is_on);
    addSettingRow(form_, tr("&Other programs"), on_,
                  tr("Programs written for OpenAI's interface can then ask the model, with "
                     "pictures and videos. It ends with this window, and loads the model a second "
                     "time."));
    port_ = new QSpinBox;
    port_->setObjectName(QStringLiteral("serverPort"));
    port_->setRange(1, 65535);
    port_->setFixedWidth(kSettingFieldWidth);
    port_->setKeyboardTracking(false);  // a number half typed is no port
    port_->setGroupSeparatorShown(false);
    port_->setValue(now.port);
    addSettingRow(form_, tr("Po&rt"), port_,
                  tr("Where it listens; another where this one is taken."));
    open_ = new QCheckBox(tr("May connect"));
    open_->setObjectName(QStringLiteral("serverOpen"));
    open_->setAccessibleName(tr("Other machines may connect"));
    open_->setFixedWidth(kSettingFieldWidth);
    open_->setChecked(now.is_open);
    addSettingRow(form_, tr("Other mac&hines"), open_,
                  tr("Then whoever asks needs the key below. Otherwise only programs of this "
                     "computer reach it, without a key."));
    connect(on_, &QCheckBox::toggled, this, &ServerRows::store);
    connect(open_, &QCheckBox::toggled, this, &ServerRows::store);
    connect(port_, &QSpinBox::valueChanged, this, &ServerRows::store);
}

void ServerRows::addKey() {
    key_ = new QLineEdit;
    key_->setObjectName(QStringLiteral("serverKey"));
    key_->setReadOnly(true);
    key_->setAccessibleName(tr("Key of the server"));
    auto* copy = new CopyButton(tr("Copy the key"), [this] { return key_->text(); });
    QPushButton* renew = button(tr("Ne&w key"));
    connect(renew, &QPushButton::clicked, this, &ServerRows::renewKey);
    key_line_ = rowWidget({.margins = {}, .spacing = 8}, {{key_, 1}, copy, renew});
    auto* name = new QLabel(tr("&Key"));
    name->setBuddy(key_);
    name->setMinimumSize(kSettingLabelWidth, key_->sizeHint().height());
    form_->addRow(name, key_line_);
}

void ServerRows::renewKey() {
    try {
        server_->renewKey();
        showKey();
    } catch (const base::Error& error) {
        key_->setText(QString::fromUtf8(error.what()));
    }
}

void ServerRows::addFolder() {
    folder_ = new QLineEdit(settings_->server().folders.value(0));
    folder_->setObjectName(QStringLiteral("serverFolder"));
    folder_->setPlaceholderText(tr("None: requests bring their pictures and videos along"));
    folder_->setClearButtonEnabled(true);
    folder_->setAccessibleName(tr("Folder whose files requests may name"));
    QPushButton* choose = button(tr("Choose…"));
    choose->setAccessibleName(tr("Choose the folder whose files requests may name"));
    connect(choose, &QPushButton::clicked, this, [this, choose] {
        QFileDialog* dialog = makeFolderDialog(
            choose->window(), tr("Folder whose files requests may name"), folder_->text());
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
            folder_->setText(folder);
            store();
        });
        dialog->open();
    });
    connect(folder_, &QLineEdit::editingFinished, this, &ServerRows::store);
    addField(form_, tr("&Media folder"), folder_,
             row({.margins = {}, .spacing = 8}, {{folder_, 1}, choose}))
        ->setMinimumWidth(kSettingLabelWidth);
}

void ServerRows::addState() {
    state_ = new WrapLabel({}, "muted");
    state_->setObjectName(QStringLiteral("serverState"));
    copy_ = new CopyButton(tr("Copy the address"), [this] { return server_->address(); });
    copy_->setObjectName(QStringLiteral("copyAddress"));
    again_ = button(tr("Serve this window's model"));
    again_->setObjectName(QStringLiteral("serveThis"));
    connect(again_, &QPushButton::clicked, server_, &ModelServer::restart);
    form_->addRow(makeLabel(tr("Now"), "muted"),
                  row({.margins = {}, .spacing = 8},
                      {{state_, 1}, {copy_, 0, Qt::AlignTop}, {again_, 0, Qt::AlignTop}}));
}

void ServerRows::store() {
    ServerSettings wanted = settings_->server();
    wanted.is_on = on_->isChecked();
    wanted.is_open = open_->isChecked();
    wanted.port = port_->value();
    const QString folder = folder_->text().trimmed();
    wanted.folders = folder.isEmpty() ? QStringList() : QStringList{folder};
    const bool isNew = !(wanted == settings_->server());
    settings_->setServer(wanted);
    showKey();
    // Switched on again after a failure, or told the same once more.
    if (!isNew && wanted.is_on && server_->state() == ModelServer::State::Failed) server_->follow();
}

void ServerRows::showKey() {
    form_->setRowVisible(key_line_, open_->isChecked());
    if (!open_->isChecked()) return;
    try {
        key_->setText(server_->key());
        key_->setCursorPosition(0);
    } catch (const base::Error& error) {
        key_->setText(QString::fromUtf8(error.what()));
    }
}

void ServerRows::showState() {
    using State = ModelServer::State;
    const State state = server_->state();
    setType(state_, state == State::Failed ? "danger" : "muted");
    copy_->setVisible(state == State::Running);
    again_->setVisible(server_->servesAnother() || state == State::Failed);
    again_->setText(state == State::Failed ? tr("Try again") : tr("Serve this window's model"));
    switch (state) {
        case State::Off:
            return state_->setText(tr("Off"));
        case State::Starting:
            return state_->setText(tr("Loading the model…"));
        case State::Ending:
            return state_->setText(tr("Ending…"));
        case State::Failed:
            return state_->setText(server_->problem());
        case State::Running:
            return state_->setText(tr("Serves %1 at %2  ·  requests answered: %3")
                                       .arg(server_->model(), server_->address())
                                       .arg(server_->requests()));
    }
}

}  // namespace univi::ui
