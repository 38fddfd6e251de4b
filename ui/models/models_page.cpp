#include "ui/models/models_page.h"

#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/models/model_chooser.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/notice_bar.h"

namespace univi::ui {
namespace {

constexpr int kFieldWidth = 160;

QLabel* makeLabel(const QString& text, const char* type) {
    auto* label = new QLabel(text);
    label->setProperty("type", QString::fromLatin1(type));
    return label;
}

QFrame* makeCard() {
    auto* card = new QFrame;
    card->setObjectName(QStringLiteral("card"));
    return card;
}

QFormLayout* makeForm(QWidget* card) {
    auto* form = new QFormLayout(card);
    form->setContentsMargins(20, 16, 20, 16);
    form->setHorizontalSpacing(24);
    form->setVerticalSpacing(10);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    return form;
}

}  // namespace

ModelsPage::ModelsPage(ModelChooser* chooser, QWidget* parent)
    : QWidget(parent), chooser_(chooser), problem_(new NoticeBar), recent_(new QVBoxLayout) {
    setObjectName(QStringLiteral("page"));
    setAttribute(Qt::WA_StyledBackground);
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    body->setMaximumWidth(760);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(32, 32, 32, 32);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Models"), "title"));
    column->addSpacing(8);
    problem_->setDismissable(false);
    column->addWidget(problem_);
    column->addSpacing(8);
    column->addWidget(makeLabel(tr("Loaded"), "heading"));
    column->addWidget(buildCurrent());
    column->addSpacing(16);
    column->addWidget(makeLabel(tr("How it is loaded"), "heading"));
    column->addWidget(buildLoading());
    column->addSpacing(16);
    column->addWidget(makeLabel(tr("Open another"), "heading"));
    recent_->setSpacing(8);
    column->addLayout(recent_);
    column->addStretch(1);

    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setAlignment(Qt::AlignHCenter);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    connect(chooser_->engine(), &EngineClient::stateChanged, this, &ModelsPage::showModel);
    connect(chooser_, &ModelChooser::recentChanged, this, &ModelsPage::showRecent);
    showModel();
    showRecent();
}

QWidget* ModelsPage::buildCurrent() {
    QFrame* card = makeCard();
    QFormLayout* form = makeForm(card);
    const auto row = [form](const QString& label) {
        auto* value = new ElidedLabel;
        value->setElideMode(Qt::ElideMiddle);
        form->addRow(makeLabel(label, "muted"), value);
        return value;
    };
    name_ = row(tr("Name"));
    folder_ = row(tr("Folder"));
    device_ = row(tr("Device and type"));
    memory_ = row(tr("Memory"));
    parameters_ = row(tr("Parameters"));
    context_ = row(tr("Context"));
    return card;
}

QWidget* ModelsPage::buildLoading() {
    QFrame* card = makeCard();
    QFormLayout* form = makeForm(card);
    const auto row = [form](const QString& label, QWidget* field) {
        auto* name = new QLabel(label);
        name->setBuddy(field);
        name->setMinimumHeight(field->sizeHint().height());
        form->addRow(name, field);
    };
    const auto choice = [row](const QString& label, const QStringList& values) {
        auto* box = new QComboBox;
        box->addItems(values);
        box->setMinimumWidth(kFieldWidth);
        row(label, box);
        return box;
    };
    const protocol::LoadRequest& request = chooser_->request();
    device_choice_ = choice(tr("&Device"), {"auto", "cpu", "cuda"});
    dtype_choice_ = choice(tr("&Type"), {"auto", "fp32", "bf16", "fp16"});
    device_choice_->setCurrentText(QString::fromStdString(request.device));
    dtype_choice_->setCurrentText(QString::fromStdString(request.dtype));
    tower_ = new QLineEdit(QString::fromStdString(request.vision_tower));
    tower_->setPlaceholderText(tr("Named by the model"));
    row(tr("&Vision tower"), tower_);
    auto* again = new QPushButton(tr("&Load again"));
    connect(again, &QPushButton::clicked, this, &ModelsPage::reload);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(again);
    form->addRow(buttons);
    return card;
}

void ModelsPage::reload() {
    protocol::LoadRequest request = chooser_->request();
    request.device = device_choice_->currentText().toStdString();
    request.dtype = dtype_choice_->currentText().toStdString();
    request.vision_tower = tower_->text().trimmed().toStdString();
    chooser_->load(request);
}

void ModelsPage::showModel() {
    const EngineClient& engine = *chooser_->engine();
    const bool ready = engine.state() == EngineClient::State::Ready;
    const protocol::LoadedEvent model = ready ? engine.model() : protocol::LoadedEvent{};
    const QString dash(QChar(0x2013));
    const QLocale locale;
    name_->setText(ready ? QString::fromStdString(model.name)
                   : engine.state() == EngineClient::State::Loading ? tr("Loading…")
                                                                    : tr("None"));
    folder_->setText(ready ? QString::fromStdString(model.model) : dash);
    device_->setText(ready ? QString::fromStdString(model.device).toUpper() + ", " +
                                 QString::fromStdString(model.dtype)
                           : dash);
    memory_->setText(ready ? bytesText(model.bytes) : dash);
    parameters_->setText(ready ? countText(model.parameters) : dash);
    context_->setText(ready ? tr("%1 tokens").arg(locale.toString(model.context)) : dash);
    if (engine.problem().isEmpty())
        problem_->hide();
    else
        problem_->showNotice(NoticeBar::Kind::Error, engine.problem());
}

void ModelsPage::showRecent() {
    while (QLayoutItem* item = recent_->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    const auto add = [this](const QString& iconName, const QString& text, const QString& tip) {
        auto* button =
            new QPushButton(icon(iconName), fontMetrics().elidedText(text, Qt::ElideMiddle, 600));
        button->setIconSize({18, 18});
        button->setToolTip(tip);
        button->setStyleSheet(QStringLiteral("text-align: left;"));
        recent_->addWidget(button);
        return button;
    };
    connect(add(QStringLiteral("folder"), tr("Open a model folder…"), {}), &QPushButton::clicked,
            this, [this] { chooser_->openDialog(window()); });
    connect(add(QStringLiteral("spark"), tr("Demo model"), tr("Comes with the program")),
            &QPushButton::clicked, chooser_, &ModelChooser::loadDemo);
    for (const QString& folder : chooser_->recent())
        connect(add(QStringLiteral("models"), folder, folder), &QPushButton::clicked, chooser_,
                [this, folder] { chooser_->loadFolder(folder); });
}

}  // namespace univi::ui
