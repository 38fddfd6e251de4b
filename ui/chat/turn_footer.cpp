#include "ui/chat/turn_footer.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QToolButton>
#include <QToolTip>
#include <cmath>

#include "ui/widgets/build.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/elided_label.h"

namespace univi::ui {
namespace {

QString seconds(double value) {
    const QLocale locale;
    if (value >= 0.0995) return TurnFooter::tr("%1 s").arg(locale.toString(value, 'f', 1));
    const int ms = int(std::lround(value * 1000));
    return ms > 0 ? TurnFooter::tr("%1 ms").arg(ms) : TurnFooter::tr("<1 ms");
}

QString rate(double tokens_per_s) {
    return QLocale().toString(tokens_per_s, 'f', tokens_per_s < 10 ? 1 : 0);
}

QString number(int value) {
    return QLocale().toString(value);
}

/// What the context had no room for.
QString droppedLine(const Turn& turn) {
    return turn.dropped_media > 0
               ? TurnFooter::tr(
                     "The context was full: the oldest %Ln turn(s) left out with their "
                     "pictures and videos",
                     nullptr, turn.dropped_turns)
               : TurnFooter::tr("The context was full: the oldest %Ln turn(s) left out", nullptr,
                                turn.dropped_turns);
}

/// From the question to the last word.
QString duration(const Turn& turn) {
    const double words = std::max(0, turn.reply_tokens - 1) / turn.tokens_per_s;
    return seconds(turn.first_token_s + words);
}

}  // namespace

QStringList statsLines(const Turn& turn) {
    QStringList figures, told;
    if (!turn.model.isEmpty()) figures << turn.model;
    if (turn.tokens_per_s > 0) figures << TurnFooter::tr("%1 tok/s").arg(rate(turn.tokens_per_s));
    // Never a zero for something that took time.
    if (turn.first_token_s > 0)
        figures << TurnFooter::tr("first word %1").arg(seconds(turn.first_token_s));
    if (turn.visual_tokens > 0)
        figures << TurnFooter::tr("%1 visual tokens").arg(number(turn.visual_tokens));
    if (turn.dropped_turns > 0)
        told << TurnFooter::tr("without the oldest %Ln turn(s)", nullptr, turn.dropped_turns);
    if (turn.state == Turn::State::Stopped)
        told << TurnFooter::tr("stopped");
    else if (turn.finish == QLatin1String("length"))
        told << TurnFooter::tr("cut off at the longest reply");
    QStringList lines;
    while (!figures.isEmpty()) {
        lines << (figures + told).join(QStringLiteral(" · "));
        figures.removeLast();
    }
    if (!told.isEmpty()) lines << told.join(QStringLiteral(" · "));
    return lines;
}

QString statsLine(const Turn& turn) {
    return statsLines(turn).value(0);
}

QString statsDetails(const Turn& turn) {
    QStringList lines;
    if (!turn.model.isEmpty()) lines << TurnFooter::tr("Model: %1").arg(turn.model);
    if (turn.reply_tokens > 0)
        lines << TurnFooter::tr("Reply: %Ln token(s)", nullptr, turn.reply_tokens);
    if (turn.tokens_per_s > 0)
        lines << TurnFooter::tr("Speed: %1 tokens a second").arg(rate(turn.tokens_per_s));
    if (turn.first_token_s > 0)
        lines << TurnFooter::tr("First word after %1").arg(seconds(turn.first_token_s));
    if (turn.tokens_per_s > 0 && turn.reply_tokens > 0)
        lines << TurnFooter::tr("Whole reply after %1").arg(duration(turn));
    if (turn.prompt_tokens > 0)
        lines << TurnFooter::tr("Prompt: %1 tokens, %2 of them visual")
                     .arg(number(turn.prompt_tokens), number(turn.visual_tokens));
    if (turn.dropped_turns > 0) lines << droppedLine(turn);
    if (!lines.isEmpty()) lines << TurnFooter::tr("Seed: %1").arg(turn.options.seed);
    return lines.join(QLatin1Char('\n'));
}

TurnFooter::TurnFooter(QWidget* parent)
    : QWidget(parent),
      details_(iconButton("info", tr("All figures of this reply"), 16)),
      redo_(iconButton("redo", tr("Another reply to the same question"), 18)),
      stats_(new ElidedLabel),
      copy_(new CopyButton(tr("Copy the reply"), [this] { return reply_; })) {
    setType(stats_, "small");
    makeSwitch();
    row(this, {.margins = {0, 0, 0, 0}, .spacing = 4},
        {switch_, stats_, details_, redo_, copy_, Part::stretch()});
    connect(redo_, &QToolButton::clicked, this, &TurnFooter::redoRequested);
    connect(details_, &QToolButton::clicked, this, &TurnFooter::showDetails);
}

/// ‹ 2/3 ›
void TurnFooter::makeSwitch() {
    before_ = iconButton("left", tr("The version before"), 16);
    after_ = iconButton("right", tr("The version after"), 16);
    number_ = new ElidedLabel;
    setType(number_, "small");
    connect(before_, &QToolButton::clicked, this, [this] { Q_EMIT branchRequested(-1); });
    connect(after_, &QToolButton::clicked, this, [this] { Q_EMIT branchRequested(1); });
    QToolButton* compare = iconButton("beside", tr("Versions side by side"), 16);
    compare->setObjectName(QStringLiteral("compareVersions"));
    connect(compare, &QToolButton::clicked, this, &TurnFooter::compareRequested);
    switch_ =
        rowWidget({.margins = {0, 0, 4, 0}, .spacing = 0}, {before_, number_, after_, compare});
    switch_->setObjectName(QStringLiteral("branchSwitch"));
}

void TurnFooter::setTurn(const Turn& turn, const TurnPlace& place) {
    reply_ = turn.reply;
    const bool over = turn.state == Turn::State::Done || turn.state == Turn::State::Stopped;
    const bool running = turn.state == Turn::State::Waiting || turn.state == Turn::State::Streaming;
    stats_->setTexts(running ? QStringList() : statsLines(turn));
    stats_->setVisible(over && !stats_->text().isEmpty());
    const QString details = over ? statsDetails(turn) : QString();
    details_->setVisible(!details.isEmpty());
    details_->setToolTip(details);
    details_->setAccessibleDescription(details);
    copy_->setVisible(over && !turn.reply.isEmpty());
    redo_->setVisible(over && place.last);
    showSwitch(place);
    blank_ = !over && place.branch.count < 2;
}

void TurnFooter::showSwitch(const TurnPlace& place) {
    const auto& [number, count] = place.branch;
    switch_->setVisible(count > 1);
    if (count < 2) return;
    number_->setText(QStringLiteral("%1/%2").arg(number).arg(count));
    switch_->setAccessibleName(tr("Version %1 of %2").arg(number).arg(count));
    switch_->setToolTip(switch_->accessibleName());
    before_->setAccessibleDescription(switch_->accessibleName());
    after_->setAccessibleDescription(switch_->accessibleName());
    // The keyboard stays at the switch where one way ends, and while a reply is made.
    const bool first = number == 1, at_end = first || number == count;
    if (at_end && (first ? before_ : after_)->hasFocus()) {
        QToolButton* other = first ? after_ : before_;
        other->setEnabled(true);
        other->setFocus();
    }
    before_->setEnabled(number > 1 && (!place.busy || before_->hasFocus()));
    after_->setEnabled(number < count && (!place.busy || after_->hasFocus()));
}

void TurnFooter::showDetails() {
    QToolTip::showText(details_->mapToGlobal(QPoint(0, details_->height())), details_->toolTip(),
                       details_);
}

QString TurnFooter::statsText() const {
    return stats_->text();
}

void TurnFooter::copyReply() {
    copy_->copy();
}

void TurnFooter::reset() {
    copy_->reset();
}

}  // namespace univi::ui
