#include "ui/groups/groups_panel.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFileInfo>
#include <QImageReader>
#include <QLabel>
#include <QLineEdit>
#include <QMetaMethod>
#include <QProgressBar>
#include <QSplitter>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <map>
#include <utility>

#include "ui/groups/attention_choice_button.h"
#include "ui/groups/compare_pane.h"
#include "ui/groups/decision_graph.h"
#include "ui/groups/fill_legend.h"
#include "ui/groups/frame_player.h"
#include "ui/groups/frame_strip.h"
#include "ui/groups/group_details.h"
#include "ui/groups/group_exporter.h"
#include "ui/groups/groups_toolbar.h"
#include "ui/groups/lower_choice.h"
#include "ui/groups/picture_view.h"
#include "ui/groups/what_if_pane.h"
#include "ui/widgets/build.h"

namespace univi::ui {

namespace {

/// Pixels of the panel from which two pictures stand beside each other.
constexpr int kSideBySide = 560;

}  // namespace

struct GroupsPanel::Impl {
    GroupSelection* selection = nullptr;
    QComboBox* medium = nullptr;
    AttentionChoiceButton* choice = nullptr;
    QLineEdit* search = nullptr;
    GroupsToolbar* toolbar = nullptr;
    PictureView* picture = nullptr;
    ComparePane* compare = nullptr;
    QSplitter* pictures = nullptr;
    bool compares = false;
    FillLegend* legend = nullptr;
    FrameStrip* strip = nullptr;
    FramePlayer* player = nullptr;
    GroupDetails* details = nullptr;
    QWidget* graph_choice = nullptr;
    QButtonGroup* graphs = nullptr;
    QLabel* reading = nullptr;
    DecisionGraph* graph = nullptr;
    WhatIfPane* what_if = nullptr;
    QProgressBar* progress = nullptr;
    QImage frame;
    QString frame_file;
    std::map<int, protocol::TokenGroups> media;
    std::vector<std::vector<float>> attention;
    float scale = 0;
    std::vector<std::vector<int>> sinks;  ///< per medium
    std::vector<protocol::AttentionSink> text_sinks;
    std::pair<int, int> told_lit{-1, -1};
    int missed_of = -1;  ///< the medium that `missed` belongs to
    std::vector<float> missed;
    int searched = -1;  ///< the medium that `nearness` belongs to
    std::vector<float> nearness;
    float near_scale = 0;
    bool searchable = false;  ///< somebody answers phraseEntered
    bool can_ask = false;     ///< somebody answers what the pane asks

    void loadFrame();
    void refreshAttention();
    void refreshSinks();
    void refreshVisibility();
    void hideProgress() {
        progress->hide();
        reading->hide();
    }
};

void GroupsPanel::Impl::loadFrame() {
    const auto& frames = selection->groups().frames;
    const int position = selection->unit().frame;
    const QString file =
        frames.empty() ? QString() : QString::fromStdString(frames[position].picture);
    if (file != frame_file || file.isEmpty()) {
        frame_file = file;
        QImageReader reader(file);
        reader.setAutoTransform(true);
        frame = file.isEmpty() ? QImage() : reader.read();
    }
    picture->setPicture(frame);
}

void GroupsPanel::Impl::refreshAttention() {
    const int medium = selection->groups().medium;
    const bool has_word = medium >= 0 && static_cast<std::size_t>(medium) < attention.size() &&
                          !attention[static_cast<std::size_t>(medium)].empty();
    if (has_word)
        selection->setAttention(attention[static_cast<std::size_t>(medium)], scale);
    else if (medium == missed_of && !missed.empty())
        selection->setValues(
            missed, std::max(WhatIfPane::kNoticed, *std::max_element(missed.begin(), missed.end())),
            GroupSelection::Meaning::Missed);
    else if (medium == searched && !nearness.empty())
        selection->setValues(nearness, near_scale, GroupSelection::Meaning::Nearness);
    else
        selection->setAttention({}, 0);
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
    const bool any = !selection->isEmpty();
    graphs->button(kFrames)->setVisible(video);
    graphs->button(kWhatIf)->setVisible(can_ask);
    graph_choice->setVisible(any && (video || can_ask));
    if ((graphs->checkedId() == kFrames && !video) || (graphs->checkedId() == kWhatIf && !can_ask))
        graphs->button(kTokens)->setChecked(true);
    graph->setShowsFrames(graphs->checkedId() == kFrames);
    graph->setVisible(any && graphs->checkedId() != kWhatIf);
    what_if->setVisible(any && graphs->checkedId() == kWhatIf);
    choice->setVisible(any && choice->hasShape());
    toolbar->setVisible(any);
    compare->setVisible(any && compares);
    search->setVisible(any && searchable);
    details->setVisible(any);
    medium->setVisible(medium->count() > 0);
}

GroupsPanel::GroupsPanel(QWidget* parent) : QWidget(parent), impl_(std::make_unique<Impl>()) {
    setObjectName(QStringLiteral("groupsPanel"));
    makeParts();
    arrange();
    wire();
    wireAttention();
    wireCompare();
    impl_->refreshVisibility();
}

void GroupsPanel::makeParts() {
    Impl& d = *impl_;
    d.selection = new GroupSelection(this);
    d.medium = new QComboBox;
    d.medium->setAccessibleName(tr("Picture or video shown"));
    d.medium->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    d.choice = new AttentionChoiceButton;
    d.toolbar = new GroupsToolbar(d.selection);
    d.search = new QLineEdit;
    dressSearch(d.search, tr("Where is…? A word or two"), tr("Find in the picture"));
    d.picture = new PictureView(d.selection);
    d.picture->setMessage(
        tr("The token groups of a picture or clip appear here as soon as the model has read it."));
    d.compare = new ComparePane(d.selection, d.picture);
    d.compare->hide();
    d.legend = new FillLegend(d.selection);
    d.strip = new FrameStrip(d.selection);
    d.player = new FramePlayer(d.selection);
    d.details = new GroupDetails(d.selection);
    d.progress = new QProgressBar;
    d.progress->setTextVisible(false);
    d.progress->hide();
    d.reading = new QLabel;
    d.reading->setProperty("type", "small");
    d.reading->hide();
    d.graph = new DecisionGraph(d.selection);
    d.graphs = new QButtonGroup(this);
    d.what_if = new WhatIfPane(d.selection);
    d.graph_choice = makeLowerChoice(d.graphs);
}

void GroupsPanel::arrange() {
    Impl& d = *impl_;
    d.pictures = splitter(Qt::Vertical, d.picture, 1, d.compare, 1);
    QWidget* upper = columnWidget({.margins = {}, .spacing = 8},
                                  {{d.pictures, 1},
                                   d.legend,
                                   row({.spacing = 4}, {{d.player, 0, Qt::AlignTop}, {d.strip, 1}}),
                                   d.details});
    QWidget* lower =
        columnWidget({.margins = {}, .spacing = 4}, {d.graph_choice, {d.graph, 1}, {d.what_if, 1}});
    QSplitter* parts = splitter(Qt::Vertical, upper, 3, lower, 1);
    parts->setSizes({520, 210});
    column(this, {.margins = {16, 16, 16, 16}, .spacing = 8},
           {row({.spacing = 8}, {{d.medium, 1}, d.choice}),
            d.toolbar,
            d.search,
            d.reading,
            d.progress,
            {parts, 1}});
}

void GroupsPanel::wire() {
    Impl& d = *impl_;
    connect(d.selection, &GroupSelection::groupsChanged, this, [this] {
        impl_->loadFrame();
        impl_->refreshVisibility();
    });
    connect(d.selection, &GroupSelection::unitChanged, this, [this] { impl_->loadFrame(); });
    connect(d.medium, &QComboBox::activated, this,
            [this](int index) { showMedium(impl_->medium->itemData(index).toInt()); });
    connect(d.graphs, &QButtonGroup::idClicked, this, [this] { impl_->refreshVisibility(); });
    connect(d.what_if, &WhatIfPane::ranked, this, [this](const std::vector<float>& falls) {
        impl_->missed = falls;
        impl_->missed_of = impl_->selection->groups().medium;
        impl_->refreshAttention();
    });
    connect(d.what_if, &WhatIfPane::asked, this, [this] {
        impl_->missed.clear();
        impl_->refreshAttention();
    });
    connect(d.what_if, &WhatIfPane::tokenChosen, d.selection, &GroupSelection::showToken);
    connect(d.search, &QLineEdit::returnPressed, this, &GroupsPanel::search);
    connect(d.search, &QLineEdit::textChanged, this, [this](const QString& text) {
        if (text.trimmed().isEmpty()) search();
    });
    auto* exporter = new GroupExporter(
        d.selection, [&d] { return d.frame; }, this);
    connect(d.toolbar, &GroupsToolbar::exportRequested, exporter, &GroupExporter::choose);
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
    connect(impl_->choice, &AttentionChoiceButton::chosen, this, &GroupsPanel::attentionChosen);
}

void GroupsPanel::wireCompare() {
    connect(impl_->toolbar, &GroupsToolbar::compareToggled, this, [this](bool wanted) {
        impl_->compares = wanted;
        impl_->refreshVisibility();
    });
    connect(impl_->what_if, &WhatIfPane::regrouped, impl_->compare, &ComparePane::know);
    connect(impl_->what_if, &WhatIfPane::compareRequested, this, [this](const QString& name) {
        impl_->toolbar->compare();
        impl_->compare->showGrouping(name);
    });
}

/// Two pictures stand beside each other where there is room, else one above the other.
void GroupsPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    impl_->pictures->setOrientation(width() >= kSideBySide ? Qt::Horizontal : Qt::Vertical);
}

void GroupsPanel::setModelShape(int layers, int heads) {
    impl_->choice->setShape(layers, heads);
    impl_->refreshVisibility();
}

void GroupsPanel::setSinks(const std::vector<std::vector<int>>& visual,
                           const std::vector<protocol::AttentionSink>& text) {
    impl_->sinks = visual;
    impl_->text_sinks = text;
    impl_->refreshSinks();
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
    const bool isNew = d.media.count(groups.medium) == 0;
    d.media[groups.medium] = groups;
    if (isNew)
        d.medium->addItem(QFileInfo(QString::fromStdString(groups.source)).fileName(),
                          groups.medium);
    if (groups.complete) d.hideProgress();
    d.compare->know(QString::fromStdString(groups.model), groups);
    const bool shown = !d.selection->isEmpty() && d.selection->groups().medium == groups.medium;
    if (isNew || shown) showMedium(groups.medium);
}

void GroupsPanel::setProgress(const QString& source, int framesEncoded, int framesTotal) {
    Impl& d = *impl_;
    const QString name = QFileInfo(source).fileName();
    const bool busy = framesTotal > 1 && framesEncoded < framesTotal;
    d.progress->setVisible(busy);
    d.reading->setVisible(busy);
    d.progress->setRange(0, std::max(1, framesTotal));
    d.progress->setValue(framesEncoded);
    d.reading->setText(
        tr("Reading %1: %2 of %3 frames").arg(name).arg(framesEncoded).arg(framesTotal));
    if (d.selection->isEmpty()) d.picture->setMessage(tr("Reading %1 …").arg(name));
}

void GroupsPanel::setAttention(const std::vector<std::vector<float>>& attention, float scale,
                               const QString& word) {
    impl_->attention = attention;
    impl_->scale = scale;
    impl_->details->setWord(word);
    impl_->refreshAttention();
}

/// Asks for what is typed, or forgets what was found when nothing is.
void GroupsPanel::search() {
    Impl& d = *impl_;
    const QString phrase = d.search->text().simplified();
    d.searched = d.selection->groups().medium;
    d.nearness.clear();
    d.details->setPhrase(phrase);
    d.refreshAttention();
    if (phrase.isEmpty() || d.selection->isEmpty()) return;
    const protocol::TokenGroups& groups = d.selection->groups();
    Q_EMIT phraseEntered(QString::fromStdString(groups.source), phrase, groups.clip);
}

void GroupsPanel::setNearness(const std::vector<float>& nearness, float scale) {
    Impl& d = *impl_;
    if (nearness.empty()) return;
    d.nearness = nearness;
    d.near_scale = scale;
    d.details->setNearest(*std::max_element(nearness.begin(), nearness.end()), scale);
    d.refreshAttention();
}

void GroupsPanel::setSearchProblem(const QString& sentence) {
    impl_->details->setProblem(sentence);
}

WhatIfPane* GroupsPanel::whatIf() {
    impl_->can_ask = true;
    impl_->refreshVisibility();
    return impl_->what_if;
}

/// The search field is shown where a signal of it is answered.
void GroupsPanel::connectNotify(const QMetaMethod& signal) {
    if (signal != QMetaMethod::fromSignal(&GroupsPanel::phraseEntered)) return;
    impl_->searchable = true;
    impl_->refreshVisibility();
}

void GroupsPanel::clear() {
    Impl& d = *impl_;
    d.media.clear();
    d.medium->clear();
    d.attention.clear();
    d.sinks.clear();
    d.text_sinks.clear();
    d.nearness.clear();
    d.missed.clear();
    d.search->clear();
    d.hideProgress();
    d.picture->setMessage(
        tr("The token groups of a picture or clip appear here as soon as the model has read it."));
    d.selection->clear();
}

void GroupsPanel::showMedium(int medium) {
    Impl& d = *impl_;
    const auto found = d.media.find(medium);
    if (found == d.media.end()) return;
    d.medium->setCurrentIndex(d.medium->findData(medium));
    d.selection->setGroups(found->second);
    d.refreshAttention();
    d.refreshSinks();
    Q_EMIT mediumShown(medium);
}

void GroupsPanel::setStage(int stage) {
    impl_->selection->setStage(stage);
}
int GroupsPanel::stage() const {
    return impl_->selection->unit().stage;
}

}  // namespace univi::ui
