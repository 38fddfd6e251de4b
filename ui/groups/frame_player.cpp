#include "ui/groups/frame_player.h"

#include <QTimer>
#include <algorithm>

#include "ui/widgets/icons.h"

namespace univi::ui {
namespace {
constexpr int kShortest = 60, kLongest = 400;
constexpr int kHeight = 50;  ///< of the strip's thumbnails, beside which it stands
}  // namespace

FramePlayer::FramePlayer(GroupSelection* selection, QWidget* parent)
    : QToolButton(parent), selection_(selection), timer_(new QTimer(this)) {
    setObjectName(QStringLiteral("framePlayer"));
    setAutoRaise(true);
    setFixedHeight(kHeight);
    setFocusPolicy(Qt::StrongFocus);
    timer_->setSingleShot(true);
    connect(this, &QToolButton::clicked, this, &FramePlayer::toggle);
    connect(timer_, &QTimer::timeout, this, [this] {
        selection_->setFrame(nextFrame());
        timer_->start(pause());
    });
    connect(selection, &GroupSelection::unitChanged, this, [this] {
        if (!canPlay()) timer_->stop();
        refresh();
    });
    connect(selection, &GroupSelection::groupsChanged, this, [this] {
        if (!canPlay()) timer_->stop();
        refresh();
    });
    refresh();
}

bool FramePlayer::isPlaying() const {
    return timer_->isActive();
}

void FramePlayer::toggle() {
    if (isPlaying())
        timer_->stop();
    else if (canPlay())
        timer_->start(pause());
    refresh();
}

/// Whether there is another frame to go to.
bool FramePlayer::canPlay() const {
    return !selection_->isEmpty() && nextFrame() != selection_->unit().frame;
}

int FramePlayer::nextFrame() const {
    const protocol::TokenGroups& groups = selection_->groups();
    const int frame = selection_->unit().frame;
    const int event = selection_->unit().event ? eventOfFrame(groups, frame) : -1;
    if (event < 0) return (frame + 1) % std::max(1, static_cast<int>(groups.frames.size()));
    const std::vector<int>& frames = groups.events[event].frames;
    const auto later = std::upper_bound(frames.begin(), frames.end(), frame);
    return later == frames.end() ? frames.front() : *later;
}

int FramePlayer::pause() const {
    const auto& frames = selection_->groups().frames;
    const std::size_t frame = static_cast<std::size_t>(selection_->unit().frame);
    if (frame + 1 >= frames.size()) return kLongest;
    const double seconds = frames[frame + 1].time_s - frames[frame].time_s;
    return std::clamp(static_cast<int>(seconds * 1000), kShortest, kLongest);
}

void FramePlayer::refresh() {
    const QString what = isPlaying() ? tr("Stop playing")
                         : canPlay() ? tr("Play the event, or the clip where frames are chosen")
                                     : tr("There is one frame: nothing to play");
    setEnabled(isPlaying() || canPlay());
    setIcon(ui::icon(isPlaying() ? QStringLiteral("stop") : QStringLiteral("play")));
    setToolTip(what);
    setAccessibleName(what);
}

}  // namespace univi::ui
