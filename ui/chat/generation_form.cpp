#include "ui/chat/generation_form.h"

#include <QComboBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QSpinBox>
#include <algorithm>

#include "ui/text/policy_texts.h"
#include "ui/widgets/build.h"
#include "ui/widgets/word_number.h"

namespace univi::ui {
namespace {

using protocol::ContextPolicy;

constexpr int kField = 140, kSystemLines = 3, kMostSeed = 2'000'000'000;

/// A number whose lowest value means that the model decides.
template <typename Box, typename Number>
Box* numberBox(const QString& name, Number own, Number most, Number step) {
    auto* box = new Box;
    box->setRange(own, most);
    box->setSingleStep(step);
    offerWord(box, GenerationForm::tr("Model's own"));
    box->setFixedWidth(kField);
    box->setAccessibleName(name);
    return box;
}

template <typename Box, typename Number>
void put(Box* box, const std::optional<Number>& value) {
    box->setValue(value.value_or(box->minimum()));
}

template <typename Number, typename Box>
std::optional<Number> valueOf(const Box* box) {
    if (box->value() == box->minimum()) return std::nullopt;
    return Number(box->value());
}

}  // namespace

GenerationForm::GenerationForm(const QStringList& templates, QWidget* parent)
    : QWidget(parent),
      template_(new QComboBox),
      when_full_(new QComboBox),
      system_(new QPlainTextEdit),
      temperature_(numberBox<QDoubleSpinBox>(tr("Temperature"), -0.05, 2.0, 0.05)),
      top_p_(numberBox<QDoubleSpinBox>(tr("Top-p"), 0.0, 1.0, 0.05)),
      repetition_(numberBox<QDoubleSpinBox>(tr("Repetition penalty"), 0.45, 3.0, 0.05)),
      top_k_(numberBox<QSpinBox>(tr("Top-k"), -1, 1000, 1)),
      longest_(numberBox<QSpinBox>(tr("Longest reply"), 0, 32768, 16)),
      seed_(new QSpinBox),
      frames_(new QSpinBox) {
    template_->addItem(tr("Model's own"), QStringLiteral("default"));
    for (const QString& name : templates) template_->addItem(name, name);
    const ContextPolicyTexts policies = contextPolicyTexts();
    when_full_->addItem(policies.keep_media, int(ContextPolicy::KeepMedia));
    when_full_->addItem(policies.drop_media, int(ContextPolicy::DropMedia));
    when_full_->addItem(policies.refuse, int(ContextPolicy::Refuse));
    seed_->setRange(0, kMostSeed);
    seed_->setFixedWidth(kField);
    frames_->setRange(1, 1024);
    frames_->setFixedWidth(kField);
    top_k_->setToolTip(tr("0: all tokens"));
    build();
    wire();
}

void GenerationForm::build() {
    system_->setPlaceholderText(tr("The template's own"));
    system_->setObjectName(QStringLiteral("systemText"));
    system_->setTabChangesFocus(true);
    system_->setFixedHeight(system_->fontMetrics().lineSpacing() * kSystemLines + 20);
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(10);
    QLabel* system = addField(form, tr("S&ystem text"), system_);
    system->setFixedHeight(system_->height());
    system->setAlignment(Qt::AlignTop);
    addField(form, tr("Prompt te&mplate"), template_);
    const auto pair = [&](const QString& label, QSpinBox* first, const QString& other,
                          QWidget* second, QWidget* field) {
        auto* beside = makeLabel(other, "");
        addField(form, label, field ? field : first,
                 row({.spacing = 12}, {field ? field : first,

                                       {beside, 1, Qt::AlignRight | Qt::AlignVCenter},
                                       second}));
    };
    pair(tr("&Temperature"), nullptr, tr("Top-p"), top_p_, temperature_);
    pair(tr("Top-&k"), top_k_, tr("Repetition penalty"), repetition_, nullptr);
    pair(tr("&Longest reply"), longest_, tr("Seed"), seed_, nullptr);
    seed_->setAccessibleName(tr("Seed"));
    addField(form, tr("Most &frames"), frames_);
    addField(form, tr("When the context is f&ull"), when_full_);
}

void GenerationForm::wire() {
    connect(system_, &QPlainTextEdit::textChanged, this, &GenerationForm::changed);
    for (QComboBox* box : {template_, when_full_})
        connect(box, &QComboBox::currentIndexChanged, this, &GenerationForm::changed);
    for (QDoubleSpinBox* box : {temperature_, top_p_, repetition_})
        connect(box, &QDoubleSpinBox::valueChanged, this, &GenerationForm::changed);
    for (QSpinBox* box : {top_k_, longest_, seed_, frames_})
        connect(box, &QSpinBox::valueChanged, this, &GenerationForm::changed);
}

void GenerationForm::setOptions(const protocol::GenerationOptions& options) {
    const QSignalBlocker once(this);
    const QString conv = QString::fromStdString(options.conv);
    if (template_->findData(conv) < 0) template_->addItem(conv, conv);
    template_->setCurrentIndex(template_->findData(conv));
    system_->setPlainText(QString::fromStdString(options.system.value_or("")));
    put(temperature_, options.temperature);
    put(top_p_, options.top_p);
    put(top_k_, options.top_k);
    put(repetition_, options.repetition_penalty);
    put(longest_, options.max_new_tokens);
    seed_->setValue(int(std::min<std::uint64_t>(options.seed, kMostSeed)));
    frames_->setValue(options.max_frames);
    when_full_->setCurrentIndex(when_full_->findData(int(options.when_full)));
}

protocol::GenerationOptions GenerationForm::options() const {
    protocol::GenerationOptions out;
    out.conv = template_->currentData().toString().toStdString();
    if (const QString text = system_->toPlainText(); !text.trimmed().isEmpty())
        out.system = text.toStdString();
    out.temperature = valueOf<double>(temperature_);
    out.top_p = valueOf<double>(top_p_);
    out.top_k = valueOf<int>(top_k_);
    out.repetition_penalty = valueOf<double>(repetition_);
    out.max_new_tokens = valueOf<int>(longest_);
    out.seed = std::uint64_t(seed_->value());
    out.max_frames = frames_->value();
    out.when_full = ContextPolicy(when_full_->currentData().toInt());
    return out;
}

}  // namespace univi::ui
