#include "ui/training/setup/start_from_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/build.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {

constexpr int kCardWidth = 300, kMostColumns = 4, kCardHeight = 88;

QPushButton* makeCard(const RunPreset& preset) {
    auto* card = new QPushButton;
    card->setObjectName(QStringLiteral("sampleCard"));
    card->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    card->setAccessibleName(preset.name);
    card->setAccessibleDescription(preset.about);
    QLabel *name = makeLabel(preset.name, "heading"),
           *about = wrapped(
               preset.about.isEmpty() ? StartFromView::tr("Your own preset.") : preset.about,
               "small");
    for (QLabel* each : {name, about}) {
        each->setTextFormat(Qt::PlainText);
        each->setAttribute(Qt::WA_TransparentForMouseEvents);
    }
    column(card, {.margins = {16, 14, 16, 14}, .spacing = 4}, {name, about, Part::stretch()});
    return card;
}

}  // namespace

StartFromView::StartFromView(QWidget* parent) : QWidget(parent), grid_(new QGridLayout) {
    auto* line = new FlowLayout(8, Qt::AlignLeft);
    const auto add = [&](const QString& iconName, const QString& text, auto signal) {
        auto* choice = new QPushButton(icon(iconName), text);
        connect(choice, &QPushButton::clicked, this, signal);
        line->addWidget(choice);
    };
    add(QStringLiteral("copy"), tr("A &pasted command…"), &StartFromView::pasteWanted);
    add(QStringLiteral("folder"), tr("An earlier &run…"), &StartFromView::runWanted);
    add(QStringLiteral("plus"), tr("&Nothing set"), &StartFromView::emptyWanted);
    QPushButton* cancel = button(tr("Cancel"), ButtonRole::Quiet);
    connect(cancel, &QPushButton::clicked, this, &StartFromView::cancelled);
    line->addWidget(cancel);
    grid_->setSpacing(12);
    QScrollArea* scroll =
        scrollArea(columnWidget({.margins = {0, 0, 12, 16}, .spacing = 10},
                                {makeLabel(tr("Begin with"), "heading"), line, Part::space(12),
                                 makeLabel(tr("Presets"), "heading"), grid_, Part::stretch()}),
                   Scrolls::Upright);
    scroll->setFocusPolicy(Qt::NoFocus);
    fillWith(this, scroll);
}

void StartFromView::setPresets(const QList<RunPreset>& presets) {
    for (QWidget* card : std::as_const(cards_)) card->hide(), card->deleteLater();
    cards_.clear();
    for (const RunPreset& preset : presets) {
        QPushButton* card = makeCard(preset);
        connect(card, &QPushButton::clicked, this, [this, preset] { Q_EMIT presetChosen(preset); });
        cards_ << card;
    }
    columns_ = 0;
    arrange();
    setFocusProxy(cards_.isEmpty() ? nullptr : cards_.first());
}

void StartFromView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

/// Arranges the cards in as many columns as the width allows.
void StartFromView::arrange() {
    const int columns = std::clamp(width() / kCardWidth, 1, kMostColumns);
    if (columns == columns_) return;
    for (int i = 0; i < kMostColumns; ++i) grid_->setColumnStretch(i, i < columns ? 1 : 0);
    columns_ = columns;
    for (int i = 0; i < cards_.size(); ++i) grid_->setRowMinimumHeight(i / columns, kCardHeight);
    for (int i = 0; i < cards_.size(); ++i) grid_->addWidget(cards_[i], i / columns, i % columns);
}

}  // namespace univi::ui
