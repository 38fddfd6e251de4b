#include "ui/training/setup/start_from_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/page_column.h"

namespace univi::ui {
namespace {

constexpr int kCardWidth = 300, kMostColumns = 4, kCardHeight = 88;

QPushButton* makeCard(const RunPreset& preset) {
    auto* card = new QPushButton;
    card->setObjectName(QStringLiteral("sampleCard"));
    card->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    card->setAccessibleName(preset.name);
    card->setAccessibleDescription(preset.about);
    auto* column = new QVBoxLayout(card);
    column->setContentsMargins(16, 14, 16, 14);
    column->setSpacing(4);
    QLabel* name = makeLabel(preset.name, "heading");
    QLabel* about = makeLabel(
        preset.about.isEmpty() ? StartFromView::tr("Your own preset.") : preset.about, "small");
    about->setWordWrap(true);
    for (QLabel* each : {name, about}) {
        each->setTextFormat(Qt::PlainText);
        each->setAttribute(Qt::WA_TransparentForMouseEvents);
        column->addWidget(each);
    }
    column->addStretch(1);
    return card;
}

}  // namespace

StartFromView::StartFromView(QWidget* parent) : QWidget(parent), grid_(new QGridLayout) {
    auto* body = new QWidget;
    body->setObjectName(QStringLiteral("scrollBody"));
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 12, 16);
    column->setSpacing(10);
    column->addWidget(makeLabel(tr("Begin with"), "heading"));
    auto* line = new FlowLayout(8, Qt::AlignLeft);
    const auto add = [&](const QString& iconName, const QString& text, auto signal) {
        auto* button = new QPushButton(icon(iconName), text);
        connect(button, &QPushButton::clicked, this, signal);
        line->addWidget(button);
    };
    add(QStringLiteral("copy"), tr("A &pasted command…"), &StartFromView::pasteWanted);
    add(QStringLiteral("folder"), tr("An earlier &run…"), &StartFromView::runWanted);
    add(QStringLiteral("plus"), tr("&Nothing set"), &StartFromView::emptyWanted);
    auto* cancel = new QPushButton(tr("Cancel"));
    cancel->setProperty("role", QStringLiteral("quiet"));
    connect(cancel, &QPushButton::clicked, this, &StartFromView::cancelled);
    line->addWidget(cancel);
    column->addLayout(line);
    column->addSpacing(12);
    column->addWidget(makeLabel(tr("Presets"), "heading"));
    grid_->setSpacing(12);
    column->addLayout(grid_);
    column->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setWidget(body);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
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

/// As many columns as the width takes.
void StartFromView::arrange() {
    const int columns = std::clamp(width() / kCardWidth, 1, kMostColumns);
    if (columns == columns_) return;
    for (int i = 0; i < kMostColumns; ++i) grid_->setColumnStretch(i, i < columns ? 1 : 0);
    columns_ = columns;
    for (int i = 0; i < cards_.size(); ++i) grid_->setRowMinimumHeight(i / columns, kCardHeight);
    for (int i = 0; i < cards_.size(); ++i) grid_->addWidget(cards_[i], i / columns, i % columns);
}

}  // namespace univi::ui
