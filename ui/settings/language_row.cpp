#include "ui/settings/language_row.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>

#include "ui/settings/app_settings.h"
#include "ui/settings/setting_row.h"
#include "ui/widgets/build.h"

namespace univi::ui {

/// Languages stand there by their own names, so that each is found in any other.
LanguageRow::LanguageRow(AppSettings* settings, QFormLayout* form, QObject* parent)
    : QObject(parent),
      settings_(settings),
      form_(form),
      spoken_(settings->language()),
      choice_(new QComboBox),
      note_(wrapped({}, "small")),
      offer_(new QWidget) {
    choice_->setObjectName(QStringLiteral("language"));
    choice_->addItem(tr("Follow the desktop"), int(Language::System));
    choice_->addItem(QStringLiteral("English"), int(Language::English));
    choice_->addItem(QStringLiteral("简体中文"), int(Language::SimplifiedChinese));
    choice_->setAccessibleName(tr("Language"));
    choice_->setFixedWidth(kSettingFieldWidth);
    choice_->setCurrentIndex(choice_->findData(int(spoken_)));
    addSettingRow(form, tr("Lan&guage"), choice_, tr("Holds from the next start on."));
    QPushButton* restart = button(tr("Restart now"));
    restart->setObjectName(QStringLiteral("restart"));
    restart->setFixedWidth(kSettingFieldWidth);
    row(offer_, {.margins = {}, .spacing = 16}, {restart, {note_, 1, Qt::AlignVCenter}});
    form->addRow(QString(), offer_);
    connect(choice_, &QComboBox::activated, this, &LanguageRow::choose);
    connect(restart, &QPushButton::clicked, this, &LanguageRow::restartRequested);
    choose();
}

void LanguageRow::choose() {
    const auto chosen = Language(choice_->currentData().toInt());
    if (chosen != settings_->language()) settings_->setLanguage(chosen);
    note_->setText(tr("The conversation that is open and what is typed stay."));
    form_->setRowVisible(offer_, chosen != spoken_);
}

void LanguageRow::refuseRestart(const QString& sentence) {
    note_->setText(sentence);
}

}  // namespace univi::ui
