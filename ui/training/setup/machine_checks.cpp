// Checks of devices, precision, ZeRO and memory.
#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "core/base/error.h"
#include "training/options/deepspeed_config.h"
#include "ui/text/translate.h"
#include "ui/training/devices/devices_panel.h"
#include "ui/training/setup/check_parts.h"

namespace univi::ui {
namespace {

using Level = RunCheck::Level;
using training::TrainOptions;

bool isOnGpu(const CheckList& list) {
    return list.options.device != "cpu" && !list.around.gpus.gpus.isEmpty();
}

/// The GPUs that train.
QList<GpuState> chosenGpus(const CheckList& list, const QList<int>& devices) {
    QList<GpuState> chosen;
    for (const GpuState& gpu : list.around.gpus.gpus)
        if (devices.contains(gpu.index)) chosen << gpu;
    return chosen;
}

QString includeText(int count) {
    QStringList numbers;
    for (int i = 0; i < count; ++i) numbers << QString::number(i);
    return count > 0 ? QStringLiteral("localhost:") + numbers.join(QLatin1Char(',')) : QString();
}

void checkDevicesThere(CheckList& list, const QList<int>& devices) {
    if (!list.around.gpus_known) return;
    const int count = int(list.around.gpus.gpus.size());
    const QString device = QString::fromStdString(list.options.device);
    if (count == 0 && device.startsWith(QLatin1String("cuda")))
        return list.add(Level::Error, "device",
                        tr("There is no GPU here, but the kind of device is %1.").arg(device),
                        tr("Use the processor"), {{"device", "auto"}, {"include", ""}});
    if (!isOnGpu(list)) {
        if (devices.size() > list.around.cores)
            list.add(
                Level::Warning, "include",
                list.around.cores == 1
                    ? tr("%1 processes share one core: more than one only costs time.")
                          .arg(devices.size())
                    : tr("%1 processes share %2 cores: more than one each only costs time.")
                          .arg(devices.size())
                          .arg(list.around.cores),
                tr("Use %1").arg(list.around.cores),
                {{"include", list.around.cores > 1 ? includeText(list.around.cores) : QString()}});
        else if (devices.size() > 1 && list.options.device != "cpu")
            list.add(Level::Info, "include",
                     tr("There is no GPU here: %1 processes train on the processor.")
                         .arg(devices.size()),
                     tr("Use one"), {{"include", ""}});
        return;
    }
    const bool all_there = std::all_of(devices.begin(), devices.end(), [&](int each) {
        return std::any_of(list.around.gpus.gpus.begin(), list.around.gpus.gpus.end(),
                           [&](const GpuState& gpu) { return gpu.index == each; });
    });
    if (!all_there)
        list.add(Level::Error, "include",
                 tr("The devices name a GPU that is not here: there are %1.").arg(count),
                 tr("Use all that are here"), {{"include", includeText(count)}});
}

void checkBusy(CheckList& list, const QList<GpuState>& gpus) {
    for (const GpuState& gpu : gpus) {
        if (gpu.users.empty() || gpu.memory_free > gpu.memory_total / 2) continue;
        const QString name = gpu.users.front().name.empty()
                                 ? tr("a process")
                                 : QString::fromStdString(gpu.users.front().name);
        return list.add(Level::Warning, "include",
                        tr("GPU %1 is used by %2: %3 of %4 are free.")
                            .arg(gpu.index)
                            .arg(name, gigabytes(gpu.memory_free), gigabytes(gpu.memory_total)),
                        tr("Choose devices"));
    }
}

void checkPrecision(CheckList& list, const QList<GpuState>& gpus) {
    const TrainOptions& options = list.options;
    const bool old =
        std::any_of(gpus.begin(), gpus.end(), [](const GpuState& gpu) { return !gpu.has_bf16(); });
    if (options.bf16 && old)
        list.add(Level::Warning, "bf16",
                 tr("%1 has no bf16 of its own: it would be slow.")
                     .arg(QString::fromStdString(gpus.first().name)),
                 tr("Use fp16"), {{"bf16", "False"}, {"fp16", "True"}});
    if (options.tf32 && old)
        list.add(Level::Info, "tf32",
                 tr("TF32 needs an Ampere GPU or later: here it does nothing."), tr("Turn it off"),
                 {{"tf32", "False"}});
    if (isOnGpu(list) || !list.around.gpus_known) return;
    if (options.fp16)
        list.add(Level::Warning, "fp16", tr("The processor computes in fp16 very slowly."),
                 tr("Use fp32"), {{"fp16", "False"}});
    if (options.bf16 && !list.around.cpu_has_bf16)
        list.add(Level::Warning, "bf16",
                 tr("This processor has no bf16 of its own: fp32 is faster."), tr("Use fp32"),
                 {{"bf16", "False"}});
}

void checkZero(CheckList& list, qsizetype ranks) {
    const TrainOptions& options = list.options;
    training::DeepSpeedConfig config;
    try {
        // named elsewhere
        if (!options.deepspeed.empty() &&
            !QFileInfo(QString::fromStdString(options.deepspeed)).isFile())
            return;
        const auto say = [&list](Level level) {
            return [&list, level](const std::string& sentence) {
                list.add(level, "deepspeed", QString::fromStdString(sentence));
            };
        };
        config = training::load_deepspeed_config(options, {std::max<qint64>(1, ranks), 0},
                                                 say(Level::Warning), say(Level::Info));
    } catch (const base::Error& error) {
        return list.add(Level::Error, "deepspeed", QString::fromUtf8(error.what()),
                        tr("Leave the file out"), {{"deepspeed", ""}});
    }
    if (config.stage > 0 && ranks <= 1 && !config.offload_optimizer)
        list.add(Level::Info, "zero_stage",
                 tr("ZeRO stage %1 shares nothing on one device.").arg(config.stage),
                 tr("Use stage 0"), {{"zero_stage", "0"}});
    if (config.stage == 3 && (options.bits != 16 || options.vision_tune))
        list.add(Level::Error, "zero_stage",
                 options.vision_tune ? tr("A trained vision tower goes with ZeRO stages 0 to 2.")
                                     : tr("A base of few bits goes with ZeRO stages 0 to 2."),
                 tr("Use stage 2"), {{"zero_stage", "2"}});
}

}  // namespace

bool cpuHasBf16() {
    QFile file(QStringLiteral("/proc/cpuinfo"));
    if (!file.open(QIODevice::ReadOnly)) return true;
    const QByteArray text = file.read(1 << 16);
    return text.contains("avx512_bf16") || text.contains("amx_bf16") || text.contains(" bf16");
}

void checkDevices(CheckList& list) {
    const QList<int> devices = includedDevices(list.options, int(list.around.gpus.gpus.size()));
    checkDevicesThere(list, devices);
    const QList<GpuState> gpus = isOnGpu(list) ? chosenGpus(list, devices) : QList<GpuState>();
    checkBusy(list, gpus);
    checkPrecision(list, gpus);
    checkZero(list, devices.size());
}

void checkMemory(CheckList& list) {
    const PlanRow* row = list.around.plan ? list.around.plan->chosen() : nullptr;
    if (!row || row->fits) return;
    const QString sentence =
        tr("It does not fit: %1 are needed on each device, %2 are there.")
            .arg(gigabytes(row->parts.peak), gigabytes(list.around.plan->device_memory));
    if (list.around.advice.isEmpty())
        list.add(Level::Warning, "per_device_train_batch_size",
                 sentence + QLatin1Char(' ') + tr("Use more devices or a smaller model."));
    else
        list.add(Level::Warning, "per_device_train_batch_size",
                 sentence + QLatin1Char(' ') + list.around.advice.sentence,
                 list.around.advice.action, list.around.advice.changes);
}

}  // namespace univi::ui
