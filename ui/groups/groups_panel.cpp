#include "ui/groups/groups_panel.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QImageReader>
#include <QLabel>
#include <QProgressBar>
#include <QSplitter>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <map>

#include "ui/groups/decision_graph.h"
#include "ui/groups/fill_legend.h"
#include "ui/groups/frame_player.h"
#include "ui/groups/frame_strip.h"
#include "ui/groups/group_export.h"
#include "ui/groups/group_export_dialog.h"
#include "ui/groups/groups_toolbar.h"
#include "ui/groups/picture_view.h"
#include "ui/groups/share_text.h"
#include "ui/widgets/build.h"
#include "ui/widgets/counted.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/save_dialog.h"

namespace univi::ui {

struct GroupsPanel::Impl {
    GroupSelection* selection = nullptr;
    QComboBox* medium = nullptr;
    GroupsToolbar* toolbar = nullptr;
    PictureView* picture = nullptr;
    FillLegend* legend = nullptr;
    FrameStrip* strip = nullptr;
    FramePlayer* player = nullptr;
    ElidedLabel *facts = nullptr, *numbers = nullptr, *note = nullptr;
    QWidget* graph_choice = nullptr;
    QButtonGroup* graphs = nullptr;
    QLabel* reading = nullptr;
    DecisionGraph* graph = nullptr;
    QProgressBar* progress = nullptr;
    QImage frame;
    QString frame_file;
    std::map<int, protocol::TokenGroups> media;
    std::vector<std::vector<float>> attention;
    float scale = 0;
    QString word;

    void loadFrame();
    void refreshDetails();
    void showWord();
    void showGroup(const GroupFacts& facts);
    void refreshNote();
    QString shareOf(int group) const;
    void refreshAttention();
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

/// Fills two lines of a fixed height, so that the picture above does not move.
void GroupsPanel::Impl::refreshDetails() {
    const GroupFacts lit = groupFacts(selection->groups(), selection->unit(), selection->lit());
    facts->clear();
    numbers->clear();
    if (lit.group >= 0)
        showGroup(lit);
    else if (selection->hasAttention())
        showWord();
    else if (!selection->isEmpty())
        facts->setText(tr("Point at a group to see what it holds; click to keep it."));
    refreshNote();
}

void GroupsPanel::Impl::showGroup(const GroupFacts& lit) {
    QStringList words{tr("Group %1").arg(lit.group + 1),
                      counted(lit.patches, tr("%1 patch"), tr("%1 patches"))};
    if (selection->unit().event)
        words.last() += QLatin1Char(' ') +
                        counted(lit.frames, tr("in %1 frame"), tr("in %1 frames")) +
                        tr(", %1 here").arg(lit.patches_here);
    const auto neighbors = static_cast<qint64>(lit.neighbors.size());
    if (neighbors > 0) words << counted(neighbors, tr("touches %1 group"), tr("touches %1 groups"));
    facts->setText(words.join(QStringLiteral(" · ")));
    QStringList figures;
    if (const QString share = shareOf(lit.group); !share.isEmpty())
        figures << tr("%1 of the attention").arg(share);
    figures << tr("density ρ %1").arg(lit.density, 0, 'g', 3)
            << tr("distance δ %1").arg(lit.distance, 0, 'g', 3);
    numbers->setText(figures.join(QStringLiteral(" · ")));
}

QString GroupsPanel::Impl::shareOf(int group) const {
    const std::vector<float> shares = selection->shares();
    return static_cast<std::size_t>(group) < shares.size() ? shareText(shares[group]) : QString();
}

void GroupsPanel::Impl::showWord() {
    const QString what = selection->groups().is_video ? tr("this clip") : tr("this picture");
    facts->setText(tr("“%1” looked at %2 with %3 of its attention")
                       .arg(word.simplified(), what, shareText(selection->mediumShare())));
    const std::vector<float> shares = selection->shares();
    if (shares.empty()) {
        numbers->setText(
            tr("The language model sees the event's groups, not a frame's own: choose Event."));
        return;
    }
    const auto most = std::max_element(shares.begin(), shares.end());
    numbers->setText(
        tr("most at group %1: %2").arg(most - shares.begin() + 1).arg(shareText(*most)));
}

/// Says in one quiet line how to read the picture.
void GroupsPanel::Impl::refreshNote() {
    if (selection->hasAttention())
        note->setText(
            tr("Attention shows where a word looked; it is no proof of why it was said."));
    else if (isCropped(selection->groups()))
        note->setText(tr("The dimmed edges were cut off before the model saw the picture."));
    else
        note->clear();
}

void GroupsPanel::Impl::refreshAttention() {
    const auto medium = static_cast<std::size_t>(selection->groups().medium);
    selection->setAttention(medium < attention.size() ? attention[medium] : std::vector<float>{},
                            scale);
}

void GroupsPanel::Impl::refreshVisibility() {
    const bool video = selection->groups().is_video;
    strip->setVisible(video);
    player->setVisible(video);
    graph_choice->setVisible(video);
    if (!video)
        graph->setShowsFrames(false);
    else
        graph->setShowsFrames(graphs->checkedId() == 1);
    const bool any = !selection->isEmpty();
    graph->setVisible(any);
    toolbar->setVisible(any);
    for (ElidedLabel* line : {facts, numbers, note}) line->setVisible(any);
    medium->setVisible(medium->count() > 0);
}

namespace {

/// Makes the choice of the decision graph: the stage's tokens or the video's frames.
QWidget* makeGraphChoice(QButtonGroup* group) {
    auto* box = new QWidget;
    QToolButton* tokens = segment(GroupsPanel::tr("Tokens"),
                                  GroupsPanel::tr("Density and distance of this stage's tokens"));
    QToolButton* frames = segment(
        GroupsPanel::tr("Frames"),
        GroupsPanel::tr("Density and distance of the frames: the centres start the events"));
    tokens->setChecked(true);
    for (QToolButton* each : {tokens, frames}) {
        each->setFocusPolicy(Qt::StrongFocus);
        group->addButton(each, each == frames ? 1 : 0);
    }
    row(box, {.margins = {0, 4, 0, 0}, .spacing = 2}, {tokens, frames, Part::stretch(0)});
    return box;
}

}  // namespace

GroupsPanel::GroupsPanel(QWidget* parent) : QWidget(parent), impl_(std::make_unique<Impl>()) {
    setObjectName(QStringLiteral("groupsPanel"));
    makeParts();
    arrange();
    wire();
    impl_->refreshVisibility();
}

void GroupsPanel::makeParts() {
    Impl& d = *impl_;
    d.selection = new GroupSelection(this);
    d.medium = new QComboBox;
    d.medium->setAccessibleName(tr("Picture or video shown"));
    d.medium->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    d.toolbar = new GroupsToolbar(d.selection);
    d.picture = new PictureView(d.selection);
    d.picture->setMessage(
        tr("The token groups of a picture or clip appear here as soon as the model has read it."));
    d.legend = new FillLegend(d.selection);
    d.strip = new FrameStrip(d.selection);
    d.player = new FramePlayer(d.selection);
    for (ElidedLabel** line : {&d.facts, &d.numbers, &d.note}) {
        *line = new ElidedLabel;
        (*line)->setProperty("type", "small");
    }
    d.facts->setObjectName(QStringLiteral("groupFacts"));
    d.numbers->setObjectName(QStringLiteral("groupNumbers"));
    d.note->setObjectName(QStringLiteral("groupNote"));
    d.progress = new QProgressBar;
    d.progress->setTextVisible(false);
    d.progress->hide();
    d.reading = new QLabel;
    d.reading->setProperty("type", "small");
    d.reading->hide();
    d.graph = new DecisionGraph(d.selection);
    d.graphs = new QButtonGroup(this);
    d.graph_choice = makeGraphChoice(d.graphs);
}

void GroupsPanel::arrange() {
    Impl& d = *impl_;
    QWidget* upper = columnWidget({.margins = {}, .spacing = 8},
                                  {{d.picture, 1},
                                   d.legend,
                                   row({.spacing = 4}, {{d.player, 0, Qt::AlignTop}, {d.strip, 1}}),
                                   column({.spacing = 2}, {d.facts, d.numbers, d.note})});
    QWidget* lower = columnWidget({.margins = {}, .spacing = 4}, {d.graph_choice, {d.graph, 1}});
    QSplitter* parts = splitter(Qt::Vertical, upper, 3, lower, 1);
    parts->setSizes({520, 210});
    column(this, {.margins = {16, 16, 16, 16}, .spacing = 8},
           {d.medium, d.toolbar, d.reading, d.progress, {parts, 1}});
}

void GroupsPanel::wire() {
    Impl& d = *impl_;
    connect(d.selection, &GroupSelection::groupsChanged, this, [this] {
        impl_->loadFrame();
        impl_->refreshDetails();
        impl_->refreshVisibility();
    });
    connect(d.selection, &GroupSelection::unitChanged, this, [this] {
        impl_->loadFrame();
        impl_->refreshDetails();
    });
    connect(d.selection, &GroupSelection::highlightChanged, this,
            [this] { impl_->refreshDetails(); });
    connect(d.medium, &QComboBox::activated, this,
            [this](int index) { showMedium(impl_->medium->itemData(index).toInt()); });
    connect(d.graphs, &QButtonGroup::idClicked, this,
            [this](int id) { impl_->graph->setShowsFrames(id == 1); });
    connect(d.toolbar, &GroupsToolbar::exportRequested, this, &GroupsPanel::chooseExport);
    connect(d.picture, &PictureView::playRequested, d.player, &FramePlayer::toggle);
    connect(d.strip, &FrameStrip::playRequested, d.player, &FramePlayer::toggle);
}

void GroupsPanel::chooseExport() {
    auto* kind = new GroupExportDialog(impl_->frame.size(), this);
    connect(kind, &QDialog::accepted, this,
            [this, kind] { chooseFile(kind->filter(), kind->options()); });
    openOnce(kind);
}

void GroupsPanel::chooseFile(const QString& filter, const ExportOptions& options) {
    const QString base =
        QFileInfo(QString::fromStdString(impl_->selection->groups().source)).completeBaseName();
    QFileDialog* dialog =
        makeSaveDialog(this, tr("Export token groups"), base + QStringLiteral("-groups"), {filter},
                       QStandardPaths::writableLocation(QStandardPaths::PicturesLocation));
    connect(dialog, &QFileDialog::fileSelected, this, [this, options](const QString& file) {
        const QString failure = exportGroups(file, *impl_->selection, impl_->frame, options);
        impl_->facts->setText(failure.isEmpty() ? tr("Exported %1.").arg(QFileInfo(file).fileName())
                                                : failure);
        impl_->numbers->clear();
    });
    dialog->open();
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
    impl_->word = word;
    impl_->refreshAttention();
}

void GroupsPanel::clear() {
    Impl& d = *impl_;
    d.media.clear();
    d.medium->clear();
    d.attention.clear();
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
    Q_EMIT mediumShown(medium);
}

void GroupsPanel::setStage(int stage) {
    impl_->selection->setStage(stage);
}
int GroupsPanel::stage() const {
    return impl_->selection->unit().stage;
}

}  // namespace univi::ui
