#include "ui/models/model_button.h"

#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMenu>
#include <QProgressBar>
#include <QToolButton>

#include "ui/models/model_chooser.h"
#include "ui/models/model_names.h"
#include "ui/models/model_places.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kNameWidth = 220, kPlaceWidth = 240;

QString nameOf(const protocol::LoadedEvent& model) {
    const QString name = QString::fromStdString(model.name);
    return name.isEmpty() ? modelName(QString::fromStdString(model.model)).name : name;
}

}  // namespace

ModelButton::ModelButton(ModelChooser* chooser, QWidget* parent)
    : QWidget(parent),
      chooser_(chooser),
      button_(new QToolButton),
      detail_(new ElidedLabel),
      bar_(new QProgressBar),
      menu_(new QMenu(this)) {
    button_->setObjectName(QStringLiteral("modelButton"));
    button_->setIcon(icon(QStringLiteral("down"), IconTone::Muted));
    button_->setIconSize({16, 16});
    button_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button_->setLayoutDirection(Qt::RightToLeft);  // the arrow stands after the name
    button_->setPopupMode(QToolButton::InstantPopup);
    button_->setMenu(menu_);
    menu_->setLayoutDirection(QGuiApplication::layoutDirection());  // the menu reads as all others
    menu_->setToolTipsVisible(true);
    button_->setToolTip(tr("Choose a model"));
    detail_->setProperty("type", QStringLiteral("small"));
    bar_->setTextVisible(false);
    bar_->setFixedWidth(120);
    bar_->setRange(0, 1000);
    row(this, {.margins = {}, .spacing = 8}, {button_, {bar_, 0, Qt::AlignVCenter}, detail_});
    connect(menu_, &QMenu::aboutToShow, this, &ModelButton::fillMenu);
    connect(chooser_->engine(), &EngineClient::stateChanged, this, &ModelButton::update);
    connect(chooser_->engine(), &EngineClient::restingChanged, this, &ModelButton::update);
    connect(chooser_->engine(), &EngineClient::refused, this, &ModelButton::update);
    connect(chooser_->engine(), &EngineClient::checkStarted, this, &ModelButton::showCheck);
    connect(chooser_->engine(), &EngineClient::loadProgressed, this, &ModelButton::showProgress);
    update();
}

QString ModelButton::title() const {
    return button_->text();
}
QString ModelButton::detail() const {
    return detail_->text();
}

void ModelButton::update() {
    using State = EngineClient::State;
    const EngineClient& engine = *chooser_->engine();
    const protocol::LoadedEvent& model = engine.model();
    const QString asked = QString::fromStdString(engine.loadRequest().model);
    QString name = asked.isEmpty() ? tr("Demo model") : modelName(asked).name;
    bar_->setVisible(engine.state() == State::Loading);
    const bool isReady = engine.state() == State::Ready;
    const QStringList places = isReady ? placeLines(model) : QStringList();
    for (QWidget* each : {static_cast<QWidget*>(button_), static_cast<QWidget*>(detail_)})
        each->setToolTip((QStringList(each == button_ ? tr("Choose a model") : QString()) + places)
                             .join(u'\n')
                             .trimmed());
    button_->setAccessibleDescription(places.join(QStringLiteral("; ")));
    if (engine.state() == State::Ready) {
        name = nameOf(model);
        showReady(model);
    } else if (engine.state() == State::Loading) {
        bar_->setValue(0);
        detail_->setText(tr("Loading…"));
    } else {
        name = tr("No model");
        detail_->clear();
    }
    button_->setText(button_->fontMetrics().elidedText(name, Qt::ElideMiddle, kNameWidth));
    button_->setAccessibleName(tr("Model: %1. Choose another").arg(name));
}

/// Where the model lies, or that its process sleeps.
void ModelButton::showReady(const protocol::LoadedEvent& model) {
    if (chooser_->engine()->isResting())
        return detail_->setTextOrShorter(tr("Unloaded; the next question loads it"),
                                         tr("Unloaded"));
    const QString where =
        deviceText(model) + QStringLiteral("  ·  ") + QString::fromStdString(model.dtype);
    detail_->setTextOrShorter(tr("%1  ·  %2 of weights").arg(where, bytesText(model.bytes)), where);
}

void ModelButton::showProgress(double fraction, const QString& what) {
    bar_->setValue(int(fraction * 1000));
    detail_->setText(what);
}

/// The model before is still loaded, and named.
void ModelButton::showCheck() {
    const QString asked = QString::fromStdString(chooser_->request().model);
    const QString name = asked.isEmpty() ? tr("the demo model") : modelName(asked).name;
    detail_->setText(
        tr("Looking at %1…")
            .arg(detail_->fontMetrics().elidedText(name, Qt::ElideMiddle, kNameWidth)));
}

void ModelButton::fillMenu() {
    menu_->clear();
    menu_->addAction(icon(QStringLiteral("folder")), tr("Open a model folder…"), this,
                     [this] { chooser_->openDialog(window()); });
    menu_->addAction(icon(QStringLiteral("spark")), tr("Demo model"), chooser_,
                     &ModelChooser::loadDemo);
    QAction* unload = menu_->addAction(icon(QStringLiteral("close")), tr("Unload the model"),
                                       chooser_, &ModelChooser::unload);
    unload->setObjectName(QStringLiteral("unloadModel"));
    unload->setEnabled(chooser_->engine()->state() == EngineClient::State::Ready &&
                       !chooser_->engine()->isResting());
    unload->setToolTip(
        tr("Its memory is free for other programs then; the next question loads it again."));
    const QStringList recent = chooser_->recent();
    if (recent.isEmpty()) return;
    menu_->addSeparator();
    for (const QString& folder : recent) {
        const ModelName model = modelName(folder);
        const QFontMetrics metrics = menu_->fontMetrics();
        QString text = metrics.elidedText(model.name, Qt::ElideMiddle, kNameWidth) + u'\t' +
                       metrics.elidedText(model.place, Qt::ElideMiddle, kPlaceWidth);
        QAction* action = menu_->addAction(
            icon(QStringLiteral("models")), text.replace(QLatin1Char('&'), QStringLiteral("&&")),
            chooser_, [this, folder] { chooser_->loadFolder(folder); });
        action->setToolTip(folder);
    }
}

}  // namespace univi::ui
