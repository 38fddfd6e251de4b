#include "app/desktop/window_cards.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>

#include "app/desktop/about_card.h"
#include "app/desktop/idle_work.h"
#include "app/desktop/keys_card.h"
#include "ui/server/model_server.h"
#include "ui/server/server_rows.h"
#include "ui/session/engine_client.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_page.h"
#include "ui/text/translate.h"
#include "ui/widgets/desktop_notice.h"

namespace univi::ui {
namespace {

void addIdleRow(SettingsPage* page, AppSettings* settings) {
    auto* choice = new QComboBox;
    choice->setObjectName(QStringLiteral("idleMinutes"));
    choice->setAccessibleName(tr("Unload the model when idle"));
    choice->setFixedWidth(kSettingFieldWidth);
    choice->addItem(tr("Never"), 0);
    choice->addItem(tr("After 5 minutes"), 5);
    choice->addItem(tr("After 15 minutes"), 15);
    choice->addItem(tr("After an hour"), 60);
    const int now = settings->idleMinutes();
    if (choice->findData(now) < 0) choice->addItem(tr("After %1 minutes").arg(now), now);
    choice->setCurrentIndex(choice->findData(now));
    QFormLayout* form = page->addCard(tr("The model in memory"));
    addSettingRow(form, tr("&Unload when idle"), choice,
                  tr("Its memory is free for other programs then; the next question loads it "
                     "again."));
    QObject::connect(choice, &QComboBox::activated, settings, [choice, settings] {
        settings->setIdleMinutes(choice->currentData().toInt());
    });
}

void addNoticeRow(SettingsPage* page, AppSettings* settings) {
    auto* tells = new QCheckBox(tr("Tell me"));
    tells->setObjectName(QStringLiteral("notifies"));
    tells->setAccessibleName(tr("Tell me when long work ends"));
    tells->setFixedWidth(kSettingFieldWidth);
    tells->setChecked(settings->notifies());
    addSettingRow(page->addCard(tr("Notifications")), tr("When long work &ends"), tells,
                  tr("The desktop says when a training run, a download or a reply of more than "
                     "half a minute ends while you look elsewhere."));
    QObject::connect(tells, &QCheckBox::toggled, settings, [settings](bool on) {
        settings->setNotifies(on);
        DesktopNotice::setWanted(on);
    });
}

void addServerRows(SettingsPage* page, const WindowCards& cards) {
    auto* rows = new ServerRows(cards.server, cards.settings, page->addCard(tr("Server")), page);
    QObject::connect(cards.engine, &EngineClient::stateChanged, rows, [rows] { rows->refresh(); });
}

}  // namespace

void addWindowCards(SettingsPage* page, const WindowCards& cards) {
    QObject::connect(page, &SettingsPage::restartRequested, page, [page, restart = cards.restart] {
        const QString obstacle = restart ? restart() : QString();
        if (!obstacle.isEmpty()) page->refuseRestart(obstacle);
    });
    const IdleWork::Pieces parts{
        [=] { addIdleRow(page, cards.settings); }, [=] { addNoticeRow(page, cards.settings); },
        [=] { addServerRows(page, cards); },
        [=] { new KeysCard(cards.settings, cards.shortcuts, page->addCard(tr("Keys")), page); },
        [=] { addAboutCard(page, cards.engine); }};
    new IdleWork(parts, page);
}

}  // namespace univi::ui
