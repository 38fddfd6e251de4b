#include "ui/groups/groups_panel.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QImageReader>
#include <QLabel>
#include <QProgressBar>
#include <QSplitter>
#include <QStandardPaths>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>
#include <map>

#include "ui/groups/decision_graph.h"
#include "ui/groups/frame_strip.h"
#include "ui/groups/group_export.h"
#include "ui/groups/groups_toolbar.h"
#include "ui/groups/picture_view.h"

namespace univi::ui {

struct GroupsPanel::Impl {
    GroupSelection* selection = nullptr;
    QComboBox* medium = nullptr;
    GroupsToolbar* toolbar = nullptr;
    PictureView* picture = nullptr;
    FrameStrip* strip = nullptr;
    QLabel* details = nullptr;
    QWidget* graphChoice = nullptr;
    QButtonGroup* graphs = nullptr;
    QLabel* reading = nullptr;
    DecisionGraph* graph = nullptr;
    QProgressBar* progress = nullptr;
    QImage frame;
    QString frameFile;
    std::map<int, protocol::TokenGroups> media;
    std::vector<std::vector<float>> attention;

    void loadFrame();
    void refreshDetails();
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
    const QString file = frames.empty() ? QString() : QString::fromStdString(frames[position].picture);
    if (file != frameFile || file.isEmpty()) {
        frameFile = file;
        QImageReader reader(file);
        reader.setAutoTransform(true);
        frame = file.isEmpty() ? QImage() : reader.read();
    }
    picture->setPicture(frame);
}

void GroupsPanel::Impl::refreshDetails() {
    const GroupFacts facts = groupFacts(selection->groups(), selection->unit(), selection->lit());
    if (facts.group < 0) {
        details->setText(selection->isEmpty() ? QString() : tr("Point at a group to see what it holds; click to keep it."));
        return;
    }
    QString text = tr("Group %1 · %n patch(es)", nullptr, facts.patches).arg(facts.group + 1);
    if (selection->unit().event) text += tr(" in %n frame(s), %1 here", nullptr, facts.frames).arg(facts.patches_here);
    text += tr(" · ρ %1 · δ %2").arg(facts.density, 0, 'g', 3).arg(facts.distance, 0, 'g', 3);
    if (!facts.neighbors.empty()) text += tr(" · touches %n group(s)", nullptr, static_cast<int>(facts.neighbors.size()));
    details->setText(text);
}

void GroupsPanel::Impl::refreshAttention() {
    const auto medium = static_cast<std::size_t>(selection->groups().medium);
    selection->setAttention(medium < attention.size() ? attention[medium] : std::vector<float>{});
}

void GroupsPanel::Impl::refreshVisibility() {
    const bool video = selection->groups().is_video;
    strip->setVisible(video);
    graphChoice->setVisible(video);
    if (!video) graph->setShowsFrames(false);
    else graph->setShowsFrames(graphs->checkedId() == 1);
    const bool any = !selection->isEmpty();
    graph->setVisible(any);
    toolbar->setVisible(any);
    details->setVisible(any);
    medium->setVisible(medium->count() > 0);
}

namespace {

/// Which decision graph: the stage's tokens or the video's frames.
QWidget* makeGraphChoice(QButtonGroup* group) {
    auto* box = new QWidget;
    auto* layout = new QHBoxLayout(box);
    layout->setContentsMargins(0, 4, 0, 0);
    layout->setSpacing(2);
    const QString names[] = {GroupsPanel::tr("Tokens"), GroupsPanel::tr("Frames")};
    for (int id = 0; id < 2; ++id) {
        auto* button = new QToolButton;
        button->setText(names[id]);
        button->setToolTip(id == 0 ? GroupsPanel::tr("Density and distance of this stage's tokens")
                                   : GroupsPanel::tr("Density and distance of the frames: the centres start the events"));
        button->setCheckable(true);
        button->setChecked(id == 0);
        button->setProperty("segment", true);
        button->setFocusPolicy(Qt::StrongFocus);
        group->addButton(button, id);
        layout->addWidget(button);
    }
    layout->addStretch();
    return box;
}

}  // namespace

GroupsPanel::GroupsPanel(QWidget* parent) : QWidget(parent), impl_(std::make_unique<Impl>()) {
    setObjectName(QStringLiteral("groupsPanel"));
    Impl& d = *impl_;
    d.selection = new GroupSelection(this);
    d.medium = new QComboBox;
    d.medium->setAccessibleName(tr("Picture or video shown"));
    d.medium->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    d.toolbar = new GroupsToolbar(d.selection);
    d.picture = new PictureView(d.selection);
    d.picture->setMessage(tr("The token groups of a picture or clip appear here as soon as the model has read it."));
    d.strip = new FrameStrip(d.selection);
    d.details = new QLabel;
    d.details->setProperty("type", "small");
    d.details->setWordWrap(true);
    d.progress = new QProgressBar;
    d.progress->setTextVisible(false);
    d.progress->hide();
    d.reading = new QLabel;
    d.reading->setProperty("type", "small");
    d.reading->hide();
    d.graph = new DecisionGraph(d.selection);
    d.graphs = new QButtonGroup(this);
    d.graphChoice = makeGraphChoice(d.graphs);

    auto* upper = new QWidget;
    auto* upperLayout = new QVBoxLayout(upper);
    upperLayout->setContentsMargins(0, 0, 0, 0);
    upperLayout->setSpacing(8);
    upperLayout->addWidget(d.picture, 1);
    upperLayout->addWidget(d.strip);
    upperLayout->addWidget(d.details);
    auto* lower = new QWidget;
    auto* lowerLayout = new QVBoxLayout(lower);
    lowerLayout->setContentsMargins(0, 0, 0, 0);
    lowerLayout->setSpacing(4);
    lowerLayout->addWidget(d.graphChoice);
    lowerLayout->addWidget(d.graph, 1);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(upper);
    splitter->addWidget(lower);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({520, 210});
    splitter->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(8);
    layout->addWidget(d.medium);
    layout->addWidget(d.toolbar);
    layout->addWidget(d.reading);
    layout->addWidget(d.progress);
    layout->addWidget(splitter, 1);

    connect(d.selection, &GroupSelection::groupsChanged, this, [this] {
        impl_->loadFrame();
        impl_->refreshDetails();
        impl_->refreshVisibility();
    });
    connect(d.selection, &GroupSelection::unitChanged, this, [this] {
        impl_->loadFrame();
        impl_->refreshDetails();
        Q_EMIT stageChanged(stage());
    });
    connect(d.selection, &GroupSelection::highlightChanged, this, [this] {
        impl_->refreshDetails();
        Q_EMIT groupHovered(hoveredGroup());
    });
    connect(d.medium, &QComboBox::activated, this, [this](int index) { showMedium(impl_->medium->itemData(index).toInt()); });
    connect(d.graphs, &QButtonGroup::idClicked, this, [this](int id) { impl_->graph->setShowsFrames(id == 1); });
    connect(d.toolbar, &GroupsToolbar::exportRequested, this, [this] {
        const QString base = QFileInfo(QString::fromStdString(impl_->selection->groups().source)).completeBaseName();
        const QString folder = QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
        const QString file = QFileDialog::getSaveFileName(this, tr("Export token groups"),
                                                          folder + u'/' + base + QStringLiteral("-groups.png"),
                                                          tr("Picture (*.png);;Drawing (*.svg);;Numbers (*.json)"));
        if (file.isEmpty()) return;
        const QString failure = exportGroups(file, *impl_->selection, impl_->frame);
        impl_->details->setText(failure.isEmpty() ? tr("Exported %1.").arg(QFileInfo(file).fileName()) : failure);
    });
    d.refreshVisibility();
}

GroupsPanel::~GroupsPanel() = default;

void GroupsPanel::setGroups(const protocol::TokenGroups& groups) {
    Impl& d = *impl_;
    const bool isNew = d.media.count(groups.medium) == 0;
    d.media[groups.medium] = groups;
    if (isNew) d.medium->addItem(QFileInfo(QString::fromStdString(groups.source)).fileName(), groups.medium);
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
    d.reading->setText(tr("Reading %1: %2 of %3 frames").arg(name).arg(framesEncoded).arg(framesTotal));
    if (d.selection->isEmpty()) d.picture->setMessage(tr("Reading %1 …").arg(name));
}

void GroupsPanel::setAttention(const std::vector<std::vector<float>>& attention) {
    impl_->attention = attention;
    impl_->refreshAttention();
}

void GroupsPanel::clear() {
    Impl& d = *impl_;
    d.media.clear();
    d.medium->clear();
    d.attention.clear();
    d.hideProgress();
    d.picture->setMessage(tr("The token groups of a picture or clip appear here as soon as the model has read it."));
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

void GroupsPanel::setStage(int stage) { impl_->selection->setStage(stage); }
int GroupsPanel::stage() const { return impl_->selection->unit().stage; }
int GroupsPanel::hoveredGroup() const { return impl_->selection->hovered(); }

}  // namespace univi::ui
