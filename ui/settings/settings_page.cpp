#include "ui/settings/settings_page.h"

#include <QComboBox>
#include <QDesktopServices>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QUrl>
#include <QVBoxLayout>
#include <optional>

#include "core/base/paths.h"
#include "ui/settings/app_settings.h"
#include "ui/settings/hub_rows.h"
#include "ui/settings/kept_media.h"
#include "ui/settings/language_row.h"
#include "ui/settings/setting_row.h"
#include "ui/text/policy_texts.h"
#include "ui/widgets/build.h"
#include "ui/widgets/word_number.h"

namespace univi::ui {
namespace {

// The lowest step of each field, one below what can be set, stands for "the model's own".
constexpr double kOwnTemperature = -0.1, kOwnTopP = 0, kOwnPenalty = 0.45;
constexpr int kOwnTopK = -1, kOwnLength = 0;
constexpr int kPolicyWidth = 264;  ///< its choices are sentences

/// Returns nothing at the lowest step.
template <typename Box>
auto valueOf(const Box* box) {
    const auto value = box->value();
    return value > box->minimum() ? std::optional(value) : std::nullopt;
}

}  // namespace

SettingsPage::SettingsPage(AppSettings* settings, QWidget* parent)
    : QWidget(parent), settings_(settings) {
    QVBoxLayout* column = makePageColumn(this, tr("Settings"));
    column->addSpacing(16);
    buildAppearance(column);
    buildReplies(column);
    buildMedia(column);
    buildKeptMedia(column);
    hub_ = new HubRows(settings_, addFormCard(column, tr("Hugging Face")), this);
    buildData(column);
    more_ = new QVBoxLayout;
    more_->setSpacing(column->spacing());
    column->addLayout(more_);
    column->addStretch(1);
    showValues();
}

QFormLayout* SettingsPage::addCard(const QString& heading) {
    return addFormCard(more_, heading);
}

void SettingsPage::setTemplates(const QStringList& names) {
    const QString current = template_->currentText();
    filling_ = true;
    template_->clear();
    template_->addItems(names);
    if (template_->findText(current) < 0) template_->addItem(current);
    template_->setCurrentText(current);
    filling_ = false;
}

void SettingsPage::buildAppearance(QVBoxLayout* column) {
    QFormLayout* form = addFormCard(column, tr("Appearance"));
    theme_ = new QComboBox;
    theme_->addItem(tr("Follow the desktop"), int(Theme::Mode::System));
    theme_->addItem(tr("Light"), int(Theme::Mode::Light));
    theme_->addItem(tr("Dark"), int(Theme::Mode::Dark));
    theme_->setAccessibleName(tr("Colours"));
    theme_->setFixedWidth(kSettingFieldWidth);
    addSettingRow(form, tr("&Colours"), theme_, tr("The desktop decides unless you do."));
    theme_->setCurrentIndex(theme_->findData(int(Theme::instance().mode())));
    connect(theme_, &QComboBox::activated, this, [this] {
        const auto mode = Theme::Mode(theme_->currentData().toInt());
        settings_->setThemeMode(mode);
        Theme::instance().setMode(mode);
    });
    language_ = new LanguageRow(settings_, form, this);
    connect(language_, &LanguageRow::restartRequested, this, &SettingsPage::restartRequested);
}

void SettingsPage::refuseRestart(const QString& sentence) {
    language_->refuseRestart(sentence);
}

void SettingsPage::buildReplies(QVBoxLayout* column) {
    QFormLayout* form = addFormCard(column, tr("Replies"));
    own_text_ = wrapped({}, "muted");
    use_own_ = new QPushButton(tr("&Use the model's own"));
    use_own_->setToolTip(tr("Forget what was set here of temperature, choice of words and length"));
    connect(use_own_, &QPushButton::clicked, this, &SettingsPage::useModelDefaults);
    form->addRow(row({.spacing = 16}, {{own_text_, 1}, {use_own_, 0, Qt::AlignTop}}));
    addSampling(form);
    addPrompt(form);
}

/// How words are chosen, and how many.
void SettingsPage::addSampling(QFormLayout* form) {
    temperature_ = addReal(form, tr("&Temperature"),
                           tr("0 always gives the same, most likely reply; higher is more varied."),
                           kOwnTemperature, 2, 0.1);
    top_p_ =
        addReal(form, tr("Top-&p"), tr("Share of the likeliest words to choose from; 1 is all."),
                kOwnTopP, 1, 0.05);
    top_k_ =
        addWhole(form, tr("Top-&k"),
                 tr("How many of the likeliest words to choose from; 0 is all."), kOwnTopK, 1000);
    penalty_ =
        addReal(form, tr("&Repetition penalty"),
                tr("Above 1 discourages words that were already said."), kOwnPenalty, 3, 0.05);
    max_tokens_ =
        addWhole(form, tr("&Longest reply"),
                 tr("In tokens; a token is about three quarters of a word."), kOwnLength, 32768);
    seed_ =
        addWhole(form, tr("&Seed"), tr("The same seed gives the same reply."), 0, 2'000'000'000);
}

void SettingsPage::addWhenFull(QFormLayout* form) {
    using protocol::ContextPolicy;
    when_full_ = new QComboBox;
    when_full_->setAccessibleName(tr("When the context is full"));
    when_full_->setFixedWidth(kPolicyWidth);
    const ContextPolicyTexts policies = contextPolicyTexts();
    when_full_->addItem(policies.keep_media, int(ContextPolicy::KeepMedia));
    when_full_->addItem(policies.drop_media, int(ContextPolicy::DropMedia));
    when_full_->addItem(policies.refuse, int(ContextPolicy::Refuse));
    addSettingRow(form, tr("When the context is f&ull"), when_full_,
                  tr("Old turns leave the prompt, not the conversation; their pictures and videos "
                     "can stay."));
    connect(when_full_, &QComboBox::activated, this, &SettingsPage::storeValues);
}

/// What stands around a conversation.
void SettingsPage::addPrompt(QFormLayout* form) {
    template_ = new QComboBox;
    template_->setAccessibleName(tr("Prompt template"));
    template_->setFixedWidth(kSettingFieldWidth);
    addSettingRow(form, tr("Prompt te&mplate"), template_,
                  tr("How a conversation is put into words for the model."));
    connect(template_, &QComboBox::activated, this, &SettingsPage::storeValues);
    system_ = new QPlainTextEdit;
    system_->setObjectName(QStringLiteral("systemText"));
    system_->setPlaceholderText(tr("The template's own"));
    system_->setAccessibleName(tr("System text"));
    system_->setTabChangesFocus(true);
    system_->setFixedHeight(72);
    addSettingRow(form, tr("S&ystem text"), system_, {});
    connect(system_, &QPlainTextEdit::textChanged, this, &SettingsPage::storeValues);
    addWhenFull(form);
}

void SettingsPage::buildMedia(QVBoxLayout* column) {
    QFormLayout* form = addFormCard(column, tr("Videos"));
    max_frames_ =
        addWhole(form, tr("Most &frames"),
                 tr("Frames taken evenly from a video; more see more and take longer."), 1, 1024);
}

void SettingsPage::buildKeptMedia(QVBoxLayout* column) {
    kept_media_ =
        new KeptMedia(settings_, addFormCard(column, tr("What the model has seen")), this);
    connect(kept_media_, &KeptMedia::cleared, this, &SettingsPage::mediaCleared);
}

/// What is on disk may have grown since the page was left.
void SettingsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    kept_media_->refresh();
    hub_->refresh();
}

void SettingsPage::buildData(QVBoxLayout* column) {
    QFormLayout* form = addFormCard(column, tr("Data"));
    const QString folder = QString::fromStdString(base::data_folder().string());
    form->addRow(wrapped(tr("Conversations stay on this computer, in %1; settings in %2.")
                             .arg(folder, settings_->fileName()),
                         "muted"));
    auto* open = new QPushButton(tr("&Open the data folder"));
    connect(open, &QPushButton::clicked, this,
            [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
    form->addRow(row({}, {open, Part::stretch()}));
}

QDoubleSpinBox* SettingsPage::addReal(QFormLayout* form, const QString& label, const QString& hint,
                                      double low, double high, double step) {
    auto* box = new QDoubleSpinBox;
    box->setRange(low, high);
    box->setSingleStep(step);
    box->setDecimals(2);
    box->setFixedWidth(kSettingFieldWidth);
    addSettingRow(form, label, box, hint);
    connect(box, &QDoubleSpinBox::valueChanged, this, &SettingsPage::storeValues);
    return box;
}

QSpinBox* SettingsPage::addWhole(QFormLayout* form, const QString& label, const QString& hint,
                                 int low, int high) {
    auto* box = new QSpinBox;
    box->setRange(low, high);
    box->setFixedWidth(kSettingFieldWidth);
    addSettingRow(form, label, box, hint);
    connect(box, &QSpinBox::valueChanged, this, &SettingsPage::storeValues);
    return box;
}

void SettingsPage::setModelDefaults(const protocol::GenerationDefaults& own) {
    own_ = own;
    showModelDefaults();
}

/// Shows the model's own values in the fields that nobody set.
void SettingsPage::showModelDefaults() {
    const QLocale locale;
    const auto own = [](const QString& value) { return tr("Model's own (%1)").arg(value); };
    offerWord(temperature_, own(locale.toString(own_.temperature)));
    offerWord(top_p_, own(locale.toString(own_.top_p)));
    offerWord(top_k_, own(locale.toString(own_.top_k)));
    offerWord(penalty_, own(locale.toString(own_.repetition_penalty)));
    offerWord(max_tokens_, own(locale.toString(own_.max_new_tokens)));
    own_text_->setText(own_.temperature == 0
                           ? tr("The loaded model asks for its likeliest words (temperature 0). "
                                "What you set here goes before what a model asks for.")
                           : tr("The loaded model asks for temperature %1. What you set here goes "
                                "before what a model asks for.")
                                 .arg(locale.toString(own_.temperature)));
}

void SettingsPage::useModelDefaults() {
    for (QDoubleSpinBox* box : {temperature_, top_p_, penalty_}) box->setValue(box->minimum());
    for (QSpinBox* box : {top_k_, max_tokens_}) box->setValue(box->minimum());
}

void SettingsPage::showValues() {
    filling_ = true;
    const protocol::GenerationOptions o = settings_->generation();
    temperature_->setValue(o.temperature.value_or(kOwnTemperature));
    top_p_->setValue(o.top_p.value_or(kOwnTopP));
    top_k_->setValue(o.top_k.value_or(kOwnTopK));
    penalty_->setValue(o.repetition_penalty.value_or(kOwnPenalty));
    max_tokens_->setValue(o.max_new_tokens.value_or(kOwnLength));
    seed_->setValue(int(std::min<std::uint64_t>(o.seed, 2'000'000'000)));
    max_frames_->setValue(o.max_frames);
    when_full_->setCurrentIndex(when_full_->findData(int(o.when_full)));
    system_->setPlainText(QString::fromStdString(o.system.value_or("")));
    template_->addItem(QString::fromStdString(o.conv));
    filling_ = false;
    showModelDefaults();
    use_own_->setEnabled(o.temperature || o.top_p || o.top_k || o.repetition_penalty ||
                         o.max_new_tokens);
}

void SettingsPage::storeValues() {
    if (filling_) return;
    protocol::GenerationOptions o;
    o.conv = template_->currentText().toStdString();
    const QString system = system_->toPlainText();
    if (!system.isEmpty()) o.system = system.toStdString();
    o.temperature = valueOf(temperature_);
    o.top_p = valueOf(top_p_);
    o.top_k = valueOf(top_k_);
    o.repetition_penalty = valueOf(penalty_);
    o.max_new_tokens = valueOf(max_tokens_);
    o.seed = std::uint64_t(seed_->value());
    o.max_frames = max_frames_->value();
    o.when_full = protocol::ContextPolicy(when_full_->currentData().toInt());
    settings_->setGeneration(o);
    use_own_->setEnabled(o.temperature || o.top_p || o.top_k || o.repetition_penalty ||
                         o.max_new_tokens);
}

}  // namespace univi::ui
