#include "ui/chat/chat_settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QInputDialog>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/chat/generation_form.h"
#include "ui/text/translate.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kWidth = 660;
/// Rows of the list before the presets.
enum Row { AsInSettings, Own, Presets };

}  // namespace

QString modelName(const protocol::LoadRequest& model) {
    if (model.model.empty()) return tr("the demo model");
    const QString name = QDir(QString::fromStdString(model.model)).dirName();
    return name.isEmpty() ? QString::fromStdString(model.model) : name;
}

ChatSettingsDialog::ChatSettingsDialog(const Facts& facts, QWidget* parent)
    : QDialog(parent),
      facts_(facts),
      preset_(new QComboBox),
      save_preset_(button(tr("Save as…"), ButtonRole::Plain, "save")),
      remove_preset_(button(tr("Delete"), ButtonRole::Plain, "trash")),
      form_(new GenerationForm(facts.templates)),
      keeps_model_(new QCheckBox),
      message_(wrapped({}, "danger")),
      own_(facts.settings.generation.has_value()) {
    setWindowTitle(tr("This chat"));
    build();
    form_->setOptions(facts_.settings.generation.value_or(facts_.defaults));
    fillPresets({});
    wire();
}

void ChatSettingsDialog::build() {
    preset_->setAccessibleName(tr("Preset"));
    preset_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    const auto& model = facts_.settings.model;
    const QString name = model ? modelName(*model) : facts_.loaded_name;
    keeps_model_->setText(tr("Always with the model %1").arg(name));
    keeps_model_->setToolTip(tr("Where another one is loaded, the chat offers to load this one."));
    keeps_model_->setChecked(model.has_value());
    keeps_model_->setEnabled(model || facts_.loaded);
    keeps_model_->setVisible(!name.isEmpty());
    message_->hide();
    QPushButton *cancel = button(tr("Cancel")), *use = button(tr("Use"), ButtonRole::Primary);
    use->setDefault(true);
    for (QPushButton* other : {cancel, save_preset_, remove_preset_}) other->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(use, &QPushButton::clicked, this, &QDialog::accept);
    column(this, {.margins = {32, 24, 32, 24}, .spacing = 14},
           {makeLabel(tr("This chat"), "title"),
            row({.spacing = 8}, {{preset_, 1}, save_preset_, remove_preset_}), form_, keeps_model_,
            message_, row({.spacing = 8}, {Part::stretch(), cancel, use})});
    setMinimumWidth(kWidth);
}

void ChatSettingsDialog::wire() {
    connect(preset_, &QComboBox::currentIndexChanged, this, &ChatSettingsDialog::onPreset);
    connect(form_, &GenerationForm::changed, this, &ChatSettingsDialog::onChanged);
    connect(save_preset_, &QPushButton::clicked, this, &ChatSettingsDialog::askName);
    connect(remove_preset_, &QPushButton::clicked, this, [this] {
        say(presets_.remove(preset_->currentText()));
        fillPresets({});
    });
}

/// `current`: the preset that the fields hold; empty: none.
void ChatSettingsDialog::fillPresets(const QString& current) {
    const QSignalBlocker quiet(preset_);
    preset_->clear();
    preset_->addItem(tr("As in Settings"));
    preset_->addItem(tr("This chat's own"));
    if (!presets_.all().isEmpty()) preset_->insertSeparator(Presets);
    for (const ChatPresets::Preset& preset : presets_.all())
        preset_->addItem(preset.name, preset.name);
    const int row = current.isEmpty() ? -1 : preset_->findData(current);
    preset_->setCurrentIndex(row >= 0 ? row : int(own_ ? Own : AsInSettings));
    remove_preset_->setEnabled(preset_->currentIndex() > Own);
}

void ChatSettingsDialog::onPreset() {
    const int row = preset_->currentIndex();
    own_ = row != AsInSettings;
    if (row == AsInSettings)
        form_->setOptions(facts_.defaults);
    else if (const auto options = presets_.find(preset_->currentData().toString()))
        form_->setOptions(*options);
    remove_preset_->setEnabled(row > Own);
}

/// What a person changes is the chat's own from then on.
void ChatSettingsDialog::onChanged() {
    own_ = true;
    const QSignalBlocker quiet(preset_);
    preset_->setCurrentIndex(Own);
    remove_preset_->setEnabled(false);
}

void ChatSettingsDialog::askName() {
    auto* dialog = new QInputDialog(this);
    dialog->setWindowTitle(tr("Save as a preset"));
    dialog->setLabelText(tr("Name"));
    dialog->setTextValue(preset_->currentData().toString());
    connect(dialog, &QInputDialog::textValueSelected, this, &ChatSettingsDialog::savePreset);
    openOnce(dialog);
}

void ChatSettingsDialog::savePreset(const QString& name) {
    const QString clean = name.simplified();
    if (clean.isEmpty()) return;
    own_ = true;
    say(presets_.save(clean, form_->options()));
    fillPresets(clean);
}

void ChatSettingsDialog::say(const QString& sentence) {
    message_->setText(sentence);
    message_->setVisible(!sentence.isEmpty());
}

ChatSettings ChatSettingsDialog::settings() const {
    ChatSettings out;
    if (own_) out.generation = form_->options();
    if (keeps_model_->isChecked())
        out.model = facts_.settings.model ? facts_.settings.model : facts_.loaded;
    return out;
}

}  // namespace univi::ui
