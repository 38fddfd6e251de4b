#include "ui/models/load_form.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/models/model_chooser.h"
#include "ui/session/engine_client.h"
#include "ui/widgets/build.h"
#include "ui/widgets/wrap_label.h"

namespace univi::ui {
namespace {

constexpr int kFieldWidth = 168, kLabelWidth = 120;

/// Whether the weights stay in the type of their file: on the CPU a chosen type of 16 or 32 bits is
/// what is computed in, and the file's own is what lies in memory.
bool isAsStored(const protocol::MemoryNeed& need, qint64 parameters) {
    const int bytes = need.dtype == "fp32"                           ? 4
                      : need.dtype == "bf16" || need.dtype == "fp16" ? 2
                                                                     : 0;
    const double plain = double(parameters) * bytes;
    return bytes > 0 && parameters > 0 && std::abs(double(need.weights) - plain) > plain / 10;
}

}  // namespace

LoadForm::LoadForm(ModelChooser* chooser, QVBoxLayout* column, QObject* parent)
    : QObject(parent),
      chooser_(chooser),
      tower_(new QLineEdit(QString::fromStdString(chooser->request().vision_tower))),
      need_(new WrapLabel({}, "muted")),
      pending_(new WrapLabel({}, "warningSmall")),
      again_(button(tr("&Load again"))) {
    build(column);
    connect(type_, &QComboBox::currentTextChanged, this, &LoadForm::showNeed);
    for (QComboBox* box : {device_, type_, cache_})
        connect(box, &QComboBox::currentTextChanged, this, &LoadForm::showPending);
    connect(tower_, &QLineEdit::textChanged, this, &LoadForm::showPending);
    connect(again_, &QPushButton::clicked, this, &LoadForm::reload);
    refresh();
}

void LoadForm::build(QVBoxLayout* column) {
    QFormLayout* form = addFormCard(column, tr("How it is loaded"));
    const auto choice = [form](const QString& label, const QStringList& values,
                               const std::string& chosen) {
        auto* box = new QComboBox;
        box->addItems(values);
        box->setCurrentText(QString::fromStdString(chosen));
        box->setMinimumWidth(kFieldWidth);
        addField(form, label, box)->setMinimumWidth(kLabelWidth);
        return box;
    };
    const protocol::LoadRequest& request = chooser_->request();
    device_ = choice(tr("&Device"), {"auto", "cpu", "cuda"}, request.device);
    type_ = choice(tr("&Type"), {"auto", "fp32", "bf16", "fp16", "int8", "int4"}, request.dtype);
    cache_ = choice(tr("&Keys and values"), {"auto", "int8"}, request.cache_dtype);
    cache_->setToolTip(
        tr("What the model keeps of the words and pictures it has read; int8 takes half the memory "
           "or less"));
    need_->setObjectName(QStringLiteral("memoryNeed"));
    form->addRow(QString(), need_);
    tower_->setPlaceholderText(tr("Named by the model"));
    addField(form, tr("&Vision tower"), tower_);
    pending_->setObjectName(QStringLiteral("notInUse"));
    form->addRow(row({.spacing = 16}, {{pending_, 1, Qt::AlignVCenter}, again_}));
}

void LoadForm::reload() {
    protocol::LoadRequest request = chooser_->request();
    request.device = device_->currentText().toStdString();
    request.dtype = type_->currentText().toStdString();
    request.cache_dtype = cache_->currentText().toStdString();
    request.vision_tower = tower_->text().trimmed().toStdString();
    chooser_->load(request);
}

void LoadForm::refresh() {
    showNeed();
    showPending();
}

/// What the chosen type takes of the loaded model. Auto takes what it is loaded in now.
void LoadForm::showNeed() {
    const EngineClient& engine = *chooser_->engine();
    const bool ready = engine.state() == EngineClient::State::Ready;
    const protocol::LoadedEvent model = ready ? engine.model() : protocol::LoadedEvent{};
    const std::string chosen = type_->currentText().toStdString();
    const std::string& wanted = chosen == "auto" ? model.dtype : chosen;
    const auto need = std::ranges::find(model.memory, wanted, &protocol::MemoryNeed::dtype);
    need_->setVisible(need != model.memory.end());
    if (need == model.memory.end()) return;
    const QString text =
        (isAsStored(*need, model.parameters)
             ? tr("%1 of weights, kept in the type of the file, and up to %2 for a conversation")
             : tr("%1 of weights, and up to %2 for a conversation"))
            .arg(bytesText(need->weights), bytesText(need->cache));
    need_->setText(need->fits ? text : tr("%1: more than this machine has").arg(text));
}

void LoadForm::showPending() {
    const protocol::LoadRequest& used = chooser_->request();
    QStringList names;
    const auto look = [&names](const QString& now, const std::string& before,
                               const QString& label) {
        if (now != QString::fromStdString(before)) names << QString(label).remove(QLatin1Char('&'));
    };
    look(device_->currentText(), used.device, tr("&Device"));
    look(type_->currentText(), used.dtype, tr("&Type"));
    look(cache_->currentText(), used.cache_dtype, tr("&Keys and values"));
    look(tower_->text().trimmed(), used.vision_tower, tr("&Vision tower"));
    pending_->setText(
        names.isEmpty()
            ? QString()
            : tr("Applies when the model is loaded again: %1").arg(names.join(tr(", "))));
    again_->setProperty("role", names.isEmpty() ? QVariant() : QStringLiteral("primary"));
    restyle(again_);
}

}  // namespace univi::ui
