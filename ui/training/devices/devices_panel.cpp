#include "ui/training/devices/devices_panel.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QSpinBox>
#include <QThread>
#include <QVBoxLayout>
#include <algorithm>

#include "core/base/error.h"
#include "training/options/include.h"
#include "ui/training/devices/gpu_card.h"
#include "ui/training/devices/memory_planner.h"
#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr int kMostRanks = 64;

QString includeText(const QList<int>& devices) {
    QStringList numbers;
    for (const int device : devices) numbers << QString::number(device);
    return devices.isEmpty() ? QString()
                             : QStringLiteral("localhost:") + numbers.join(QLatin1Char(','));
}

}  // namespace

QList<int> includedDevices(const training::TrainOptions& options, int count) {
    QList<int> devices;
    try {
        const training::IncludedDevices included = training::parse_include(options.include);
        devices = QList<int>(included.devices.begin(), included.devices.end());
        if (devices.isEmpty() && !options.include.empty())
            for (int i = 0; i < count; ++i) devices << i;
    } catch (const base::Error&) {
        return {};
    }
    if (devices.isEmpty() && options.include.empty()) {
        const QString device = QString::fromStdString(options.device);
        devices << (device.startsWith(QLatin1String("cuda:")) ? device.mid(5).toInt() : 0);
    }
    return devices;
}

DevicesPanel::DevicesPanel(GpuMonitor* monitor, MemoryPlanner* planner, QWidget* parent)
    : QWidget(parent),
      monitor_(monitor),
      planner_(planner),
      sentence_(wrapped({}, "muted")),
      cards_layout_(new QVBoxLayout),
      cpu_card_(new QFrame),
      ranks_(new QSpinBox) {
    cards_layout_->setSpacing(10);
    buildCpuCard();
    column(this, {.margins = {}, .spacing = 10}, {sentence_, cards_layout_, cpu_card_});
    connect(monitor, &GpuMonitor::changed, this, &DevicesPanel::showReading);
    connect(planner, &MemoryPlanner::changed, this, &DevicesPanel::showPlan);
    showReading();
}

DevicesPanel::~DevicesPanel() = default;

void DevicesPanel::buildCpuCard() {
    cpu_card_->setObjectName(QStringLiteral("card"));
    auto* label = new QLabel(tr("&Processes on the processor"));
    label->setBuddy(ranks_);
    ranks_->setRange(1, kMostRanks);
    ranks_->setMinimumWidth(90);
    const int cores = QThread::idealThreadCount();
    row(cpu_card_, {.margins = {16, 12, 16, 12}},
        {label, Part::stretch(), ranks_, makeLabel(tr("of %Ln core(s)", nullptr, cores), "muted")});
    connect(ranks_, &QSpinBox::valueChanged, this, &DevicesPanel::takeRanks);
}

void DevicesPanel::setOptions(const training::TrainOptions& options) {
    options_ = options;
    showReading();
}

void DevicesPanel::makeCards() {
    const qsizetype wanted = monitor_->latest().gpus.size();
    while (cards_.size() > wanted) delete cards_.takeLast();
    while (cards_.size() < wanted) {
        auto* card = new GpuCard;
        connect(card, &GpuCard::toggled, this, &DevicesPanel::takeChoice);
        cards_layout_->addWidget(card);
        cards_.append(card);
    }
}

void DevicesPanel::showReading() {
    const GpuReading& reading = monitor_->latest();
    filling_ = true;
    makeCards();
    const bool on_cpu = options_.device == "cpu" || reading.gpus.isEmpty();
    const QList<int> chosen = includedDevices(options_, int(reading.gpus.size()));
    for (qsizetype i = 0; i < cards_.size(); ++i) {
        cards_[i]->setState(reading.gpus[i]);
        cards_[i]->setChosen(!on_cpu && chosen.contains(reading.gpus[i].index));
    }
    cpu_card_->setVisible(on_cpu);
    if (on_cpu) ranks_->setValue(std::max(1, int(chosen.size())));
    QString sentence = monitor_->hasRead() ? reading.problem : tr("Looking for GPUs…");
    if (sentence.isEmpty() && options_.device == "cpu")
        sentence = tr("Kind of device is cpu: tick a GPU to train on it instead.");
    sentence_->setText(sentence);
    sentence_->setVisible(!sentence.isEmpty());
    filling_ = false;
    showPlan();
}

void DevicesPanel::showPlan() {
    const auto& plan = planner_->latest();
    const PlanRow* row = plan ? plan->chosen() : nullptr;
    for (GpuCard* card : std::as_const(cards_))
        card->setNeed(card->isChosen() && row && plan->gpu ? row->parts.peak : 0);
}

void DevicesPanel::takeChoice() {
    if (filling_) return;
    QList<int> devices;
    for (const GpuCard* card : std::as_const(cards_))
        if (card->isChosen()) devices << card->index();
    Q_EMIT chosen(includeText(devices),
                  devices.isEmpty() ? QStringLiteral("cpu") : QStringLiteral("auto"));
}

void DevicesPanel::takeRanks(int ranks) {
    if (filling_) return;
    QList<int> devices;
    for (int i = 0; i < ranks && ranks > 1; ++i) devices << i;
    Q_EMIT chosen(includeText(devices), QString::fromStdString(options_.device));
}

}  // namespace univi::ui
