#include "ui/chat/trim_dialog.h"

#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/chat/range_strip.h"
#include "ui/chat/time_field.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/word_number.h"

namespace univi::ui {
namespace {

constexpr int kWidth = 640, kMostFrames = 256;
constexpr double kSame = 0.05;  ///< less than the fields show

}  // namespace

TrimDialog::TrimDialog(const Medium& medium, QWidget* parent)
    : QDialog(parent),
      medium_(medium),
      strip_(new RangeStrip),
      from_(new TimeField),
      to_(new TimeField),
      frames_(new QSpinBox),
      every_(new QDoubleSpinBox),
      message_(wrapped({}, "small")),
      whole_(button(tr("Whole video"), ButtonRole::Quiet)),
      use_(button(tr("Use this part"), ButtonRole::Primary)) {
    setWindowTitle(tr("Choose a part"));
    build(QFileInfo(medium.file).fileName());
    wire();
    reader_.read(medium.file);
}

void TrimDialog::build(const QString& name) {
    frames_->setRange(0, kMostFrames);
    offerWord(frames_, tr("One a second"));
    frames_->setFixedWidth(140);
    frames_->setAccessibleName(tr("Frames taken of the part"));
    every_->setDecimals(2);
    every_->setRange(0.01, 3600);
    every_->setSingleStep(0.1);
    every_->setSuffix(tr(" s"));
    every_->setFixedWidth(110);
    every_->setAccessibleName(tr("Seconds between frames"));
    from_->setAccessibleName(tr("Begin of the part"));
    to_->setAccessibleName(tr("End of the part"));
    use_->setDefault(true);
    whole_->setAutoDefault(false);
    QPushButton* cancel = button(tr("Cancel"));
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    for (QWidget* field : std::initializer_list<QWidget*>{from_, to_, frames_, every_, use_})
        field->setEnabled(false);
    auto* form = new QFormLayout;
    form->setHorizontalSpacing(16);
    form->setVerticalSpacing(12);
    addField(form, tr("&Part"), from_,
             row({.spacing = 8}, {from_, makeLabel(tr("to"), "small"), to_, Part::stretch()}));
    addField(
        form, tr("&Frames"), frames_,
        row({.spacing = 8}, {frames_, makeLabel(tr("every"), "small"), every_, Part::stretch()}));
    auto* title = new ElidedLabel(tr("A part of %1").arg(name));
    title->setElideMode(Qt::ElideMiddle);
    setType(title, "title");
    column(this, {.margins = {32, 24, 32, 24}, .spacing = 16},
           {title, strip_, form, message_,
            row({.spacing = 8}, {whole_, Part::stretch(), cancel, use_})});
    setMinimumWidth(kWidth);
}

void TrimDialog::wire() {
    connect(&reader_, &ClipStrip::ready, this, &TrimDialog::onReady);
    connect(&reader_, &ClipStrip::failed, this, [this](const QString& sentence) {
        message_->setText(sentence);
        setType(message_, "danger");
    });
    connect(strip_, &RangeStrip::rangeChanged, this, &TrimDialog::showRange);
    const auto typed = [this] {
        strip_->setRange(from_->value(), to_->value());
        showRange(strip_->start(), strip_->end());
    };
    connect(from_, &QDoubleSpinBox::editingFinished, this, typed);
    connect(to_, &QDoubleSpinBox::editingFinished, this, typed);
    connect(frames_, &QSpinBox::valueChanged, this, &TrimDialog::showFrames);
    connect(every_, &QDoubleSpinBox::valueChanged, this, [this](double every) {
        setFrames(int(std::lround((strip_->end() - strip_->start()) / every)));
    });
    connect(use_, &QPushButton::clicked, this, [this] { finish(clip()); });
    connect(whole_, &QPushButton::clicked, this, [this] { finish({}); });
}

void TrimDialog::onReady(const QImage& strip, double seconds, double fps) {
    fps_ = fps;
    strip_->setStrip(strip, seconds);
    for (TimeField* field : {from_, to_}) field->setMaximum(seconds);
    for (QWidget* field : std::initializer_list<QWidget*>{from_, to_, frames_, every_, use_})
        field->setEnabled(true);
    strip_->setRange(medium_.clip.start_s.value_or(0), medium_.clip.end_s.value_or(seconds));
    frames_->setValue(std::min(medium_.clip.frames.value_or(0), kMostFrames));
    showRange(strip_->start(), strip_->end());
    from_->setFocus();
    from_->selectAll();
}

void TrimDialog::showRange(double start, double end) {
    const QSignalBlocker from(from_), to(to_);
    from_->setValue(start);
    to_->setValue(end);
    showFrames();
}

void TrimDialog::setFrames(int frames) {
    const QSignalBlocker quiet(every_);
    frames_->setValue(std::clamp(frames, 1, kMostFrames));
}

/// What comes of the numbers, in the other field and in a sentence.
void TrimDialog::showFrames() {
    const double length = strip_->end() - strip_->start();
    const int there = std::max(1, int(std::ceil(length * fps_ - 1e-6)));
    const int chosen = std::min(frames_->value(), there);
    {
        const QSignalBlocker quiet(every_);
        every_->setValue(frames_->value() > 0 ? length / frames_->value() : 1.0);
    }
    setType(message_, "small");
    if (chosen == 0)
        message_->setText(tr("%1 long, one frame a second").arg(timeText(length)));
    else if (chosen < frames_->value())
        message_->setText(tr("%1 long, all of its frames (%2)").arg(timeText(length)).arg(chosen));
    else
        message_->setText(tr("%1 long, frames taken evenly: %2").arg(timeText(length)).arg(chosen));
}

base::ClipRange TrimDialog::clip() const {
    base::ClipRange clip;
    if (strip_->start() >= kSame) clip.start_s = strip_->start();
    if (strip_->end() <= strip_->seconds() - kSame) clip.end_s = strip_->end();
    if (frames_->value() > 0) clip.frames = frames_->value();
    return clip;
}

void TrimDialog::finish(const base::ClipRange& clip) {
    Q_EMIT chosen(clip);
    accept();
}

}  // namespace univi::ui
