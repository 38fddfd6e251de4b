#include "ui/training/runs/run_feed.h"

#include <QFileSystemWatcher>
#include <QThread>

#include "ui/training/runs/run_files.h"

namespace univi::ui {
namespace {

constexpr int kLookMs = 500;
/// Lines kept for the log view; older ones of a very long log are in the file.
constexpr qsizetype kMostLines = 200'000;

}  // namespace

RunReader::RunReader(const QString& folder) : folder_(folder) {
    static const int registered = qRegisterMetaType<std::shared_ptr<const RunUpdate>>();
    Q_UNUSED(registered);
}

RunReader::~RunReader() = default;

/// On the reading thread. The watcher makes it quick where the file system tells of changes, the
/// timer works everywhere.
void RunReader::begin() {
    files_ = std::make_unique<RunFiles>(folder_, RunFiles::Depth::Whole);
    timer_ = new QTimer(this);
    timer_->setInterval(kLookMs);
    connect(timer_, &QTimer::timeout, this, &RunReader::look);
    watcher_ = new QFileSystemWatcher({folder_}, this);
    connect(watcher_, &QFileSystemWatcher::directoryChanged, this, [this] { timer_->start(50); });
    look();
}

void RunReader::look() {
    const auto update = std::make_shared<RunUpdate>(files_->look());
    Q_EMIT looked(update);
    timer_->start(update->more ? 0 : kLookMs);
}

RunFeed::RunFeed(const QString& folder, QThread* thread, QObject* parent)
    : QObject(parent), folder_(folder), reader_(new RunReader(folder)) {
    info_.folder = folder;
    reader_->moveToThread(thread);
    connect(thread, &QThread::finished, reader_, &QObject::deleteLater);
    connect(reader_.data(), &RunReader::looked, this,
            [this](const std::shared_ptr<const RunUpdate>& update) { take(*update); });
    QMetaObject::invokeMethod(reader_.data(), &RunReader::begin, Qt::QueuedConnection);
}

RunFeed::~RunFeed() {
    if (!reader_) return;
    reader_->disconnect(this);
    reader_->deleteLater();
}

void RunFeed::record(const QString& name, double value) {
    Curve& curve = curves_[name];
    const auto step = std::int32_t(info_.step);
    if (curve.steps.empty() || curve.steps.back() < step) {
        curve.steps.push_back(step);
        curve.values.push_back(float(value));
    } else if (curve.steps.back() == step) {
        curve.values.back() = float(value);
    }
}

void RunFeed::take(const RunUpdate& update) {
    info_ = update.info;
    if (update.curves_reset) curves_.clear();
    for (auto each = update.cuts.begin(); each != update.cuts.end(); ++each)
        cutCurve(curves_[each.key()], each.value());
    const bool reset = update.curves_reset || !update.cuts.isEmpty();
    for (auto each = update.curves.begin(); each != update.curves.end(); ++each) {
        Curve& curve = curves_[each.key()];
        curve.steps.insert(curve.steps.end(), each->steps.begin(), each->steps.end());
        curve.values.insert(curve.values.end(), each->values.begin(), each->values.end());
    }
    const bool cut = update.log_reset || log_.size() + update.log.size() > kMostLines;
    if (cut) log_.clear();
    const qsizetype first = log_.size();
    log_ += update.log;
    const bool was_complete = std::exchange(complete_, complete_ || !update.more);
    Q_EMIT infoChanged();
    if (reset || !update.curves.isEmpty() || was_complete != complete_) Q_EMIT curvesChanged(reset);
    if (cut || !update.log.isEmpty()) Q_EMIT logChanged(first);
}

}  // namespace univi::ui
