#include "ui/groups/groups_panel.h"

#include <QFileInfo>
#include <QMetaMethod>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "ui/groups/compare_pane.h"
#include "ui/groups/fill_legend.h"
#include "ui/groups/frame_picture.h"
#include "ui/groups/frame_player.h"
#include "ui/groups/frame_strip.h"
#include "ui/groups/glow_source.h"
#include "ui/groups/group_details.h"
#include "ui/groups/group_exporter.h"
#include "ui/groups/groups_head.h"
#include "ui/groups/lower_part.h"
#include "ui/groups/media_in_view.h"
#include "ui/groups/picture_pair.h"
#include "ui/groups/picture_view.h"
#include "ui/groups/reading_line.h"
#include "ui/groups/what_if_pane.h"
#include "ui/text/recording_title.h"
#include "ui/widgets/build.h"

namespace univi::ui {

namespace {

/// Pixels of height below which the search field, and the part below the picture, stand back: the
/// second of them sooner where there are two pictures.
constexpr int kTall = 760, kRoomForOne = 580, kRoomForTwo = 860;
constexpr int kMargin = 16, kNarrowMargin = 8, kNarrow = 330;

QString nameOf(const protocol::TokenGroups& groups) {
    return recordingTitle(QString::fromStdString(groups.source));
}

}  // namespace

struct GroupsPanel::Impl {
    GroupSelection* selection = nullptr;
    GroupsHead* head = nullptr;
    PictureView* picture = nullptr;
    ComparePane* compare = nullptr;
    PicturePair* pictures = nullptr;
    bool compares = false;
    FillLegend* legend = nullptr;
    FrameStrip* strip = nullptr;
    FramePlayer* player = nullptr;
    GroupDetails* details = nullptr;
    ReadingLine* reading = nullptr;
    LowerPart* lower = nullptr;
    QWidget* body = nullptr;
    QSplitter* parts = nullptr;
    int lower_height = 210;  ///< before it was folded
    FramePicture frame;
    MediaInView media;
    GlowSource glow;
    std::vector<std::vector<int>> sinks;  ///< per medium
    std::vector<protocol::AttentionSink> text_sinks;
    std::pair<int, int> told_lit{-1, -1};
    void loadFrame();
    void refreshAttention() { glow.applyTo(*selection); }
    void refreshSinks();
    void refreshVisibility();
};

void GroupsPanel::Impl::loadFrame() {
    picture->setPicture(frame.read(*selection));
}

void GroupsPanel::Impl::refreshSinks() {
    const int medium = selection->groups().medium;
    const bool known = medium >= 0 && static_cast<std::size_t>(medium) < sinks.size();
    details->setSinks(known ? sinks[static_cast<std::size_t>(medium)] : std::vector<int>(),
                      text_sinks);
}

void GroupsPanel::Impl::refreshVisibility() {
    const bool video = selection->groups().is_video;
    strip->setVisible(video);
    player->setVisible(video);
    pictures->setCompares(compares && !selection->isEmpty());
    details->setVisible(!selection->isEmpty());
}

GroupsPanel::GroupsPanel(QWidget* parent) : QWidget(parent), impl_(std::make_unique<Impl>()) {
    setObjectName(QStringLiteral("groupsPanel"));
    makeParts();
    arrange();
    wire();
    wireAttention();
    wireCompare();
    wireWhatIf();
    fit();
    impl_->refreshVisibility();
}

void GroupsPanel::makeParts() {
    Impl& d = *impl_;
    d.selection = new GroupSelection(this);
    d.head = new GroupsHead(d.selection);
    d.picture = new PictureView(d.selection);
    d.picture->setMessage(
        tr("The token groups of a picture or clip appear here as soon as the model has read it."));
    d.compare = new ComparePane(d.selection, d.picture);
    d.pictures = new PicturePair(d.selection, d.picture, d.compare);
    d.legend = new FillLegend(d.selection);
    d.strip = new FrameStrip(d.selection);
    d.player = new FramePlayer(d.selection);
    d.details = new GroupDetails(d.selection);
    d.reading = new ReadingLine;
    d.lower = new LowerPart(d.selection);
}

void GroupsPanel::arrange() {
    Impl& d = *impl_;
    QWidget* upper = columnWidget({.margins = {}, .spacing = 8},
                                  {{d.pictures, 1},
                                   d.legend,
                                   row({.spacing = 4}, {{d.player, 0, Qt::AlignTop}, {d.strip, 1}}),
                                   d.details});
    d.parts = splitter(Qt::Vertical, upper, 8, d.lower, 1);
    d.parts->setSizes({520, d.lower_height});
    d.body = columnWidget({.margins = {kMargin, kMargin, kMargin, kMargin}, .spacing = 8},
                          {d.head, d.reading, {d.parts, 1}});
    fillWith(this, scrollArea(d.body, Scrolls::Upright));
}

void GroupsPanel::wire() {
    Impl& d = *impl_;
    connect(d.selection, &GroupSelection::groupsChanged, this, [this] {
        impl_->loadFrame();
        impl_->refreshVisibility();
    });
    connect(d.selection, &GroupSelection::unitChanged, this, [this] { impl_->loadFrame(); });
    connect(d.head, &GroupsHead::mediumChosen, this, &GroupsPanel::showMedium);
    connect(d.head, &GroupsHead::searched, this, &GroupsPanel::search);
    connect(d.lower, &LowerPart::folded, this, &GroupsPanel::giveRoom);
    auto* exporter = new GroupExporter([this] { return figure(); }, this);
    connect(d.head, &GroupsHead::exportRequested, exporter, &GroupExporter::choose);
    connect(d.details, &GroupDetails::mostWanted, this, &GroupsPanel::showMost);
    connect(exporter, &GroupExporter::said, d.details, &GroupDetails::say);
    connect(d.picture, &PictureView::playRequested, d.player, &FramePlayer::toggle);
    connect(d.strip, &FrameStrip::playRequested, d.player, &FramePlayer::toggle);
}

void GroupsPanel::wireAttention() {
    const auto tell = [this] {
        const int visual = impl_->selection->litToken();
        const std::pair lit(visual < 0 ? -1 : impl_->selection->groups().medium, visual);
        if (std::exchange(impl_->told_lit, lit) == lit) return;
        Q_EMIT groupLit(lit.first, lit.second);
    };
    for (const auto signal : {&GroupSelection::groupsChanged, &GroupSelection::unitChanged,
                              &GroupSelection::highlightChanged})
        connect(impl_->selection, signal, this, tell);
    connect(impl_->head, &GroupsHead::attentionChosen, this, &GroupsPanel::attentionChosen);
}

void GroupsPanel::wireWhatIf() {
    WhatIfPane* pane = impl_->lower->whatIf();
    connect(pane, &WhatIfPane::ranked, this, [this](const std::vector<float>& falls) {
        impl_->glow.setMissed(impl_->selection->groups().medium, falls);
        impl_->refreshAttention();
    });
    connect(pane, &WhatIfPane::asked, this, [this] {
        impl_->glow.setMissed(-1, {});
        impl_->refreshAttention();
    });
    connect(pane, &WhatIfPane::tokenChosen, impl_->selection, &GroupSelection::showToken);
    connect(pane, &WhatIfPane::regrouped, impl_->compare, &ComparePane::know);
    connect(pane, &WhatIfPane::compareRequested, this, [this](const QString& name) {
        impl_->compare->showGrouping(name);
        impl_->head->setCompares(true);
    });
    connect(pane, &WhatIfPane::hideRequested, this, [this] { impl_->head->setCompares(false); });
    connect(impl_->compare, &ComparePane::groupingShown, pane, &WhatIfPane::setShownGrouping);
}

void GroupsPanel::wireCompare() {
    connect(impl_->head, &GroupsHead::compareToggled, this, [this](bool wanted) {
        impl_->compares = wanted;
        impl_->refreshVisibility();
        fit();
    });
}

void GroupsPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fit();
}

/// What is secondary stands back where the picture would be too small.
void GroupsPanel::fit() {
    Impl& d = *impl_;
    const int margin = width() < kNarrow ? kNarrowMargin : kMargin;
    d.body->layout()->setContentsMargins(margin, margin, margin, margin);
    d.head->setLow(height() < kTall);
    d.lower->setRoom(height() >= (d.compares ? kRoomForTwo : kRoomForOne));
}

/// What is unfolded gets the height again that it had.
void GroupsPanel::giveRoom(bool is_folded) {
    Impl& d = *impl_;
    const QList<int> sizes = d.parts->sizes();
    if (is_folded) {
        // What it has before it is shown is nobody's wish.
        if (isVisible() && sizes.value(1) > 0) d.lower_height = sizes[1];
    } else {
        // Before it is shown the parts do not have the panel's height yet.
        const int all = std::max(sizes.value(0) + sizes.value(1), height() - d.head->height());
        d.parts->setSizes({all - d.lower_height, d.lower_height});
    }
}

void GroupsPanel::setModelShape(int layers, int heads) {
    impl_->head->setModelShape(layers, heads);
}

void GroupsPanel::setSinks(const std::vector<std::vector<int>>& visual,
                           const std::vector<protocol::AttentionSink>& text) {
    impl_->sinks = visual;
    impl_->text_sinks = text;
    impl_->refreshSinks();
}

void GroupsPanel::showMost() {
    Impl& d = *impl_;
    const int token = d.details->mostToken();
    if (token < 0) return;
    d.media.choose(d.selection->groups().medium);
    d.selection->showToken(token);
}

void GroupsPanel::setLooker(const QString& word, float share) {
    impl_->details->setLooker(word, share);
}

void GroupsPanel::setAttentionWaiting(bool waiting) {
    impl_->details->setWaiting(waiting);
}

void GroupsPanel::setAttentionProblem(const QString& sentence) {
    impl_->details->say(sentence);
}

GroupsPanel::~GroupsPanel() = default;

void GroupsPanel::setGroups(const protocol::TokenGroups& groups) {
    Impl& d = *impl_;
    const bool is_new = d.media.keep(groups);
    if (is_new) d.head->addMedium(nameOf(groups), groups.medium);
    if (groups.complete) d.reading->hide();
    d.compare->know(QString::fromStdString(groups.model), groups);
    if (is_new || d.media.shown()->medium == groups.medium) showNow();
}

void GroupsPanel::resetGroups(const QList<protocol::TokenGroups>& all) {
    Impl& d = *impl_;
    if (all.isEmpty()) return clear();
    const std::string before = d.selection->groups().source;
    d.media.reset(all);
    d.head->clearMedia();
    for (const protocol::TokenGroups& groups : all) {
        d.head->addMedium(nameOf(groups), groups.medium);
        d.compare->know(QString::fromStdString(groups.model), groups);
    }
    if (d.media.shown()->source != before) forgetFindings();
    d.glow.setAttention({}, 0);
    d.reading->hide();
    showNow();
}

void GroupsPanel::peek(int medium) {
    Impl& d = *impl_;
    const int shown = d.selection->groups().medium;
    if (medium >= 0 && d.glow.tellsOf(shown)) return;
    d.media.peek(medium);
    if (d.media.shown() && d.media.shown()->medium != shown) showNow();
}

void GroupsPanel::setProgress(const QString& source, int framesEncoded, int framesTotal) {
    Impl& d = *impl_;
    const QString name = QFileInfo(source).fileName();
    d.reading->show(name, framesEncoded, framesTotal);
    if (d.selection->isEmpty()) d.picture->setMessage(tr("Reading %1 …").arg(name));
}

void GroupsPanel::setAttention(const std::vector<std::vector<float>>& attention, float scale,
                               const QString& word) {
    impl_->glow.setAttention(attention, scale);
    impl_->details->setWord(word);
    impl_->refreshAttention();
}

/// What is in sight: two pictures where two are.
GroupFigure GroupsPanel::figure() const {
    const Impl& d = *impl_;
    GroupFigure figure{{d.selection, d.frame.last()}};
    if (!d.compare->isHidden()) figure.append({d.compare->selection(), d.compare->picture()});
    return figure;
}

/// Asks for what is typed, or forgets what was found when nothing is.
void GroupsPanel::search() {
    Impl& d = *impl_;
    const QString phrase = d.head->phrase();
    d.glow.setNearness(-1, {}, 0);
    d.details->setPhrase(phrase);
    d.refreshAttention();
    if (phrase.isEmpty() || d.selection->isEmpty()) return;
    const protocol::TokenGroups& groups = d.selection->groups();
    Q_EMIT phraseEntered(QString::fromStdString(groups.source), phrase, groups.clip);
}

void GroupsPanel::setNearness(const std::vector<float>& nearness, float scale) {
    Impl& d = *impl_;
    if (nearness.empty()) return;
    d.glow.setNearness(d.selection->groups().medium, nearness, scale);
    d.details->setNearest(*std::max_element(nearness.begin(), nearness.end()), scale);
    d.refreshAttention();
}

void GroupsPanel::setSearchProblem(const QString& sentence) {
    impl_->details->setProblem(sentence);
}

WhatIfPane* GroupsPanel::whatIf() {
    impl_->lower->offerWhatIf();
    return impl_->lower->whatIf();
}

/// The search field is shown where a signal of it is answered.
void GroupsPanel::connectNotify(const QMetaMethod& signal) {
    if (signal != QMetaMethod::fromSignal(&GroupsPanel::phraseEntered)) return;
    impl_->head->setSearchable();
}

/// What was found in one medium says nothing of another.
void GroupsPanel::forgetFindings() {
    Impl& d = *impl_;
    d.glow.forgetFindings();
    d.head->clearSearch();
}

void GroupsPanel::clear() {
    Impl& d = *impl_;
    d.media.clear();
    d.glow.setAttention({}, 0);
    d.sinks.clear();
    d.text_sinks.clear();
    d.head->clearMedia();
    forgetFindings();
    d.reading->hide();
    d.picture->setMessage(
        tr("The token groups of a picture or clip appear here as soon as the model has read it."));
    d.selection->clear();
}

void GroupsPanel::showMedium(int medium) {
    impl_->media.choose(medium);
    showNow();
}

void GroupsPanel::showNow() {
    Impl& d = *impl_;
    const protocol::TokenGroups* shown = d.media.shown();
    if (!shown) return;
    d.head->showMedium(shown->medium);
    d.selection->setGroups(*shown);
    d.refreshAttention();
    d.refreshSinks();
    Q_EMIT mediumShown(shown->medium);
}

void GroupsPanel::setStage(int stage) {
    impl_->selection->setStage(stage);
}
int GroupsPanel::stage() const {
    return impl_->selection->unit().stage;
}

}  // namespace univi::ui
