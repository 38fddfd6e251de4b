#include "ui/chat/live_fields.h"

#include <QFormLayout>
#include <QSpinBox>

#include "ui/chat/live_source.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kFieldWidth = 120;
constexpr int kMostFrames = 64;  ///< as many as a question takes of any video
constexpr double kLeastEvery = 0.1, kMostEvery = 600;

}  // namespace

LiveFields::LiveFields(QFormLayout* form)
    : form_(form), frames_(new QSpinBox), every_(new QDoubleSpinBox) {
    const LiveCameraChoice usual;
    frames_->setRange(2, kMostFrames);
    frames_->setValue(usual.frames);
    every_->setRange(kLeastEvery, kMostEvery);
    every_->setDecimals(1);
    every_->setValue(usual.every_s);
    frames_->setSuffix(tr(" frames"));
    every_->setSuffix(tr(" s"));
    frames_->setToolTip(tr("A question is about as many frames as are kept"));
    frames_->setFixedWidth(kFieldWidth);
    every_->setFixedWidth(kFieldWidth);
    addField(form_, tr("&Keeps the last"), frames_);
    addField(form_, tr("&One every"), every_);
}

void LiveFields::setEnabled(bool on) {
    frames_->setEnabled(on);
    every_->setEnabled(on);
}

void LiveFields::setVisible(bool on) {
    form_->setRowVisible(frames_, on);
    form_->setRowVisible(every_, on);
}

void LiveFields::read(LiveCameraChoice& choice) const {
    choice.frames = frames_->value();
    choice.every_s = every_->value();
}

}  // namespace univi::ui
