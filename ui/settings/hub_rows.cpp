#include "ui/settings/hub_rows.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "core/base/error.h"
#include "core/base/secret_file.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/setting_row.h"
#include "ui/widgets/build.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {

HubRows::HubRows(AppSettings* settings, QFormLayout* form, QObject* parent)
    : QObject(parent), settings_(settings) {
    offline_ = new QCheckBox(tr("Stay offline"));
    offline_->setObjectName(QStringLiteral("offline"));
    offline_->setFixedWidth(kSettingFieldWidth);
    offline_->setChecked(settings_->isOffline());
    addSettingRow(form, tr("Down&loads"), offline_,
                  tr("Then no model can be fetched. Without it, too, nothing is fetched that you "
                     "did not ask for."));
    connect(offline_, &QCheckBox::toggled, settings_, &AppSettings::setOffline);
    addToken(form);
    refresh();
}

void HubRows::addToken(QFormLayout* form) {
    token_ = new QLineEdit;
    token_->setObjectName(QStringLiteral("hubToken"));
    token_->setEchoMode(QLineEdit::Password);
    token_->setAccessibleName(tr("Access token"));
    keep_ = button(tr("Sa&ve"));
    keep_->setObjectName(QStringLiteral("keepToken"));
    addField(form, tr("Access to&ken"), token_,
             row({.margins = {}, .spacing = 8}, {{token_, 1}, keep_}))
        ->setMinimumWidth(kSettingLabelWidth);
    meaning_ = new WrapLabel({}, "small");
    meaning_->setObjectName(QStringLiteral("tokenMeaning"));
    QSizePolicy wide = meaning_->sizePolicy();
    wide.setHorizontalPolicy(QSizePolicy::Expanding);
    meaning_->setSizePolicy(wide);
    form->addRow(QString(), meaning_);
    connect(keep_, &QPushButton::clicked, this, &HubRows::keepToken);
    connect(token_, &QLineEdit::returnPressed, this, &HubRows::keepToken);
    connect(token_, &QLineEdit::textEdited, this, [this](const QString& text) {
        keep_->setText(text.trimmed().isEmpty() ? tr("Remo&ve") : tr("Sa&ve"));
        keep_->setEnabled(true);
    });
}

void HubRows::refresh() {
    const bool isGiven = !base::hub_token_of_environment().empty();
    const QString file = QString::fromStdString(base::hub_token_file().string());
    bool isKept = false;
    try {
        isKept = !base::read_secret(base::hub_token_file()).empty();
    } catch (const base::Error&) {
        isKept = true;  // it is there, and can be replaced
    }
    token_->clear();
    token_->setEnabled(!isGiven);
    token_->setPlaceholderText(isGiven ? tr("From HF_TOKEN") : isKept ? tr("Saved") : tr("None"));
    keep_->setText(isKept ? tr("Remo&ve") : tr("Sa&ve"));
    keep_->setEnabled(!isGiven && isKept);
    keep_->setAccessibleName(tr("Save or remove the access token"));
    say(isGiven ? tr("The environment variable HF_TOKEN gives it.")
                : tr("For private and gated models. It is kept in %1, where other "
                     "programs of the hub find it and other people cannot read it.")
                      .arg(file));
}

void HubRows::keepToken() {
    try {
        base::write_secret(base::hub_token_file(), token_->text().trimmed().toStdString());
        refresh();
    } catch (const base::Error& error) {
        say(QString::fromUtf8(error.what()));
    }
}

void HubRows::say(const QString& sentence) {
    meaning_->setText(sentence);
    token_->setAccessibleDescription(sentence);
}

}  // namespace univi::ui
