#include "ui/groups/merging_fields.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

#include "ui/groups/group_map.h"
#include "ui/widgets/build.h"
#include "ui/widgets/word_number.h"

namespace univi::ui {
namespace {

constexpr int kMostGroups = 576, kMostNeighbors = 32;

/// The lowest step stands for what the model's configuration says.
void offerOwn(QAbstractSpinBox* box, const QString& name) {
    offerWord(box, MergingFields::tr("own"));
    box->setAccessibleName(name);
    box->setToolTip(MergingFields::tr("%1; own: as the model has it").arg(name));
}

}  // namespace

QWidget* namedFields(const QString& name, const QList<QWidget*>& fields) {
    QWidget* line = rowWidget({.margins = {}, .spacing = 4}, {makeLabel(name, "small")});
    for (QWidget* field : fields) line->layout()->addWidget(field);
    return line;
}

MergingFields::MergingFields(QWidget* parent)
    : QWidget(parent), neighbors_(new QSpinBox), rate_(new QDoubleSpinBox) {
    for (int stage = 0; stage < 3; ++stage) {
        const QString name = tr("Groups of stage %1").arg(stage + 1);
        auto* box = stages_[stage] = new QSpinBox;
        box->setRange(1, kMostGroups);
        box->setToolTip(name);
        box->setAccessibleName(name);
        connect(box, &QSpinBox::valueChanged, this, &MergingFields::changed);
    }
    neighbors_->setRange(0, kMostNeighbors);
    offerOwn(neighbors_, tr("Neighbours (k) of the density"));
    connect(neighbors_, &QSpinBox::valueChanged, this, &MergingFields::changed);
    rate_->setRange(0, 1);
    rate_->setDecimals(3);
    rate_->setSingleStep(0.05);
    offerOwn(rate_, tr("Events, as a share of the frames"));
    connect(rate_, &QDoubleSpinBox::valueChanged, this, &MergingFields::changed);
    events_ = namedFields(tr("Events"), {rate_});
    column(this, {.margins = {}, .spacing = 4},
           {row({.spacing = 4},
                {namedFields(tr("Groups"), {stages_[0], stages_[1], stages_[2]}), Part::stretch()}),
            row({.spacing = 8},
                {namedFields(tr("Neighbours"), {neighbors_}), events_, Part::stretch()})});
}

void MergingFields::takeOwn(const protocol::TokenGroups& groups) {
    is_video_ = groups.is_video;
    events_->setVisible(is_video_);
    if (!groups.complete || groups.frames.empty()) return;
    std::array<int, 3> own{};
    for (int stage = 0; stage < 3; ++stage)
        if (const auto* data = stageOf(groups, {groups.is_video, 0, stage}))
            own[stage] = static_cast<int>(data->sizes.size());
    if (own == own_) return;
    own_ = own;
    for (int stage = 0; stage < 3; ++stage) {
        const QSignalBlocker quiet(stages_[stage]);
        stages_[stage]->setValue(own[stage]);
    }
}

bool MergingFields::hasRate() const {
    return is_video_ && rate_->value() > 0;
}

bool MergingFields::isOther() const {
    bool is_other = neighbors_->value() > 0 || hasRate();
    for (int stage = 0; stage < 3; ++stage)
        is_other = is_other || stages_[stage]->value() != own_[stage];
    return is_other;
}

void MergingFields::fill(protocol::WhatIfRequest& request) const {
    for (const QSpinBox* stage : stages_) request.stages.push_back(stage->value());
    if (neighbors_->value() > 0) request.neighbors = neighbors_->value();
    if (hasRate()) request.temporal_rate = rate_->value();
}

QString MergingFields::name() const {
    QStringList parts{tr("%1/%2/%3 groups")
                          .arg(stages_[0]->value())
                          .arg(stages_[1]->value())
                          .arg(stages_[2]->value())};
    if (neighbors_->value() > 0) parts << tr("%Ln neighbour(s)", nullptr, neighbors_->value());
    if (hasRate()) parts << tr("events %1").arg(rate_->text());
    return parts.join(QStringLiteral(", "));
}

}  // namespace univi::ui
