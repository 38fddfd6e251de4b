#include "ui/groups/group_details.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QStringList>
#include <algorithm>

#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/share_text.h"

namespace univi::ui {

using Meaning = GroupSelection::Meaning;

GroupDetails::GroupDetails(GroupSelection* selection, QWidget* parent)
    : QWidget(parent), selection_(selection) {
    for (ElidedLabel** line : {&facts_, &numbers_, &note_}) {
        *line = new ElidedLabel;
        (*line)->setProperty("type", "small");
    }
    facts_->setObjectName(QStringLiteral("groupFacts"));
    numbers_->setObjectName(QStringLiteral("groupNumbers"));
    note_->setObjectName(QStringLiteral("groupNote"));
    go_ = makeLabel(QStringLiteral("<a href=\"most\">%1</a>").arg(tr("Go there")), "small");
    go_->setObjectName(QStringLiteral("goToMost"));
    go_->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    connect(go_, &QLabel::linkActivated, this, &GroupDetails::mostWanted);
    // Room below, so that the last line does not lie on what divides the panel.
    column(this, {.margins = {0, 0, 0, 4}, .spacing = 2},
           {facts_, row({.spacing = 8}, {{numbers_, 1}, go_}), note_});
    for (const auto signal : {&GroupSelection::groupsChanged, &GroupSelection::unitChanged,
                              &GroupSelection::highlightChanged})
        connect(selection, signal, this, &GroupDetails::refresh);
    refresh();
}

void GroupDetails::setWord(const QString& word) {
    word_ = word;
}

void GroupDetails::setPhrase(const QString& phrase) {
    phrase_ = phrase;
    problem_.clear();
    best_ = near_scale_ = 0;
    refresh();
}

void GroupDetails::setNearest(float best, float scale) {
    best_ = best;
    near_scale_ = scale;
    refresh();
}

void GroupDetails::setSinks(const std::vector<int>& visual,
                            const std::vector<protocol::AttentionSink>& text) {
    sinks_ = visual;
    text_sinks_ = text;
    refresh();
}

void GroupDetails::setLooker(const QString& word, float share) {
    looker_ = word.simplified();
    looker_share_ = share;
    refreshNote();
}

void GroupDetails::setWaiting(bool waiting) {
    if (waiting == waiting_) return;
    waiting_ = waiting;
    refresh();
}

/// Whether a group of what is shown draws the attention of every word.
bool GroupDetails::isSink(int group) const {
    const int offset = tokenOffset(selection_->groups(), selection_->unit());
    return offset >= 0 && isSinkToken(offset + group);
}

bool GroupDetails::isSinkToken(int token) const {
    return std::find(sinks_.begin(), sinks_.end(), token) != sinks_.end();
}

void GroupDetails::setProblem(const QString& sentence) {
    problem_ = sentence;
    refresh();
}

void GroupDetails::say(const QString& sentence) {
    facts_->setText(sentence);
    numbers_->clear();
}

void GroupDetails::refresh() {
    const GroupFacts lit = groupFacts(selection_->groups(), selection_->unit(), selection_->lit());
    facts_->clear();
    numbers_->clear();
    go_->hide();
    if (lit.group >= 0)
        showGroup(lit);
    else if (!problem_.isEmpty())
        facts_->setText(problem_);
    else if (waiting_)
        facts_->setText(tr("The reply is read once more for this layer or head…"));
    else if (selection_->shows(Meaning::Nearness))
        showPhrase();
    else if (selection_->shows(Meaning::Missed))
        facts_->setText(tr("What the answer misses most is bright"));
    else if (selection_->hasAttention())
        showWord();
    else if (!selection_->isEmpty())
        facts_->setText(tr("Point at a group to see what it holds; click to keep it."));
    refreshNote();
}

void GroupDetails::showGroup(const GroupFacts& lit) {
    QStringList words{tr("Group %1").arg(lit.group + 1), tr("%Ln patch(es)", nullptr, lit.patches)};
    if (selection_->unit().event)
        words.last() = tr("%1 in %2, %3 here")
                           .arg(words.last(), tr("%Ln frame(s)", nullptr, lit.frames))
                           .arg(lit.patches_here);
    if (const auto neighbors = static_cast<int>(lit.neighbors.size()); neighbors > 0)
        words << tr("touches %Ln group(s)", nullptr, neighbors);
    facts_->setText(words.join(QStringLiteral(" · ")));
    QStringList figures;
    if (const QString share = shareOf(lit.group); !share.isEmpty()) figures << share;
    figures << tr("density ρ %1").arg(lit.density, 0, 'g', 3)
            << tr("distance δ %1").arg(lit.distance, 0, 'g', 3);
    numbers_->setText(figures.join(QStringLiteral(" · ")));
}

QString GroupDetails::shareOf(int group) const {
    const std::vector<float> shares = selection_->shares();
    if (static_cast<std::size_t>(group) >= shares.size()) return {};
    switch (selection_->meaning()) {
        case Meaning::Nearness:
            return tr("nearness %1").arg(decimalText(shares[group]));
        case Meaning::Missed:
            return tr("missed by %1").arg(decimalText(shares[group]));
        case Meaning::Attention:
            break;
    }
    return tr("%1 of the attention").arg(shareText(shares[group]));
}

void GroupDetails::showWord() {
    const QString what = selection_->groups().is_video ? tr("this clip") : tr("this picture");
    facts_->setText(tr("“%1” looked at %2 with %3 of its attention")
                        .arg(word_.simplified(), what, shareText(selection_->mediumShare())));
    showPlace();
}

int GroupDetails::mostToken() const {
    const int most = selection_->mostToken(sinks_);
    return most >= 0 ? most : selection_->mostToken();
}

/// Where in the whole medium the word looked most, and the way there.
void GroupDetails::showPlace() {
    const int most = mostToken();
    const auto place = placeOfToken(selection_->groups(), most);
    if (!place) return;
    const QString share = shareText(selection_->values()[static_cast<std::size_t>(most)]);
    QString where = tr("group %1 of stage %2").arg(place->group + 1).arg(place->unit.stage + 1);
    QString shortest = where;
    if (selection_->groups().is_video) {
        const int event = eventOfFrame(selection_->groups(), place->unit.frame) + 1;
        shortest = tr("event %1, frame %2").arg(event).arg(place->unit.frame + 1);
        where = tr("%1 in event %2, frame %3").arg(where).arg(event).arg(place->unit.frame + 1);
    }
    QString whole = tr("most at %1: %2").arg(where, share);
    if (isSinkToken(most))
        whole = tr("%1, as nearly every word does").arg(whole);
    else if (most != selection_->mostToken())
        whole = tr("most, beside a sink, at %1: %2").arg(where, share);
    numbers_->setTexts(
        {whole, tr("%1: %2").arg(where, share), tr("most at %1: %2").arg(shortest, share)});
    go_->show();
}

void GroupDetails::showPhrase() {
    facts_->setText(best_ < near_scale_
                        ? tr("Nothing lies near “%1”: at most %2").arg(phrase_, decimalText(best_))
                        : tr("What lies near “%1” is bright").arg(phrase_));
    const std::vector<float> near = selection_->shares();
    if (near.empty()) return;
    const auto most = std::max_element(near.begin(), near.end());
    numbers_->setText(
        tr("nearest here: group %1, %2").arg(most - near.begin() + 1).arg(decimalText(*most)));
}

QString GroupDetails::groupNote() const {
    if (isSink(selection_->lit()))
        return tr("An attention sink: nearly every word looks at it, whatever it says.");
    if (looker_.isEmpty()) return {};
    return tr("“%1” looked at it most, with %2 of its attention.")
        .arg(looker_, shareText(looker_share_));
}

QString GroupDetails::wordNote() const {
    if (selection_->shares().empty())
        return tr("The language model sees the event's groups, not a frame's own: choose Event.");
    for (const protocol::AttentionSink& sink : text_sinks_)
        if (const QString text = QString::fromStdString(sink.text).simplified(); !text.isEmpty())
            return tr("“%1” of the prompt is a sink: it draws %2 of every word's attention.")
                .arg(text, shareText(sink.share));
    return tr("Attention shows where a word looked; it is no proof of why it was said.");
}

/// Says in one quiet line how to read the picture.
void GroupDetails::refreshNote() {
    const QString of_group = selection_->lit() >= 0 ? groupNote() : QString();
    if (selection_->shows(Meaning::Missed))
        note_->setText(tr("The area may still be seen through groups of other stages."));
    else if (selection_->shows(Meaning::Nearness))
        note_->setText(tr("Nearness in the model's own space; this is no detector."));
    else if (!of_group.isEmpty())
        note_->setText(of_group);
    else if (selection_->hasAttention())
        note_->setText(wordNote());
    else if (isCropped(selection_->groups()))
        note_->setText(tr("The dimmed edges were cut off before the model saw the picture."));
    else
        note_->clear();
}

}  // namespace univi::ui
