#include "ui/training/devices/gpu_card.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/training/devices/memory_bar.h"
#include "ui/training/devices/memory_plan.h"
#include "ui/widgets/build.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/theme.h"

namespace univi::ui {
namespace {

constexpr int kMostUsers = 3;

QString numbersText(const GpuState& gpu) {
    QStringList parts;
    if (gpu.load >= 0) parts << GpuCard::tr("load %1 %").arg(gpu.load);
    if (gpu.temperature >= 0) parts << GpuCard::tr("%1 °C").arg(gpu.temperature);
    if (gpu.power >= 0)
        parts
            << (gpu.power_limit > 0
                    ? GpuCard::tr("%1 of %2 W").arg(qRound(gpu.power)).arg(qRound(gpu.power_limit))
                    : GpuCard::tr("%1 W").arg(qRound(gpu.power)));
    return parts.join(QStringLiteral("  ·  "));
}

QString usersText(const GpuState& gpu) {
    if (gpu.users.empty()) return GpuCard::tr("Nobody uses it.");
    QStringList names;
    for (const GpuUser& user : gpu.users) {
        if (names.size() == kMostUsers) break;
        const QString name =
            user.name.empty() ? GpuCard::tr("process") : QString::fromStdString(user.name);
        names
            << (user.memory >= 0
                    ? GpuCard::tr("%1 (%2), %3").arg(name).arg(user.pid).arg(gigabytes(user.memory))
                    : GpuCard::tr("%1 (%2)").arg(name).arg(user.pid));
    }
    const auto more = qsizetype(gpu.users.size()) - names.size();
    const QString named = names.join(GpuCard::tr(", "));
    return more > 0 ? GpuCard::tr("Used by %1 and %2 more").arg(named).arg(more)
                    : GpuCard::tr("Used by %1").arg(named);
}

}  // namespace

GpuCard::GpuCard(QWidget* parent)
    : QFrame(parent),
      box_(new QCheckBox),
      memory_(makeLabel({}, "name")),
      numbers_(makeLabel({}, "small")),
      uuid_(new ElidedLabel),
      users_(new ElidedLabel),
      bar_(new MemoryBar) {
    setObjectName(QStringLiteral("card"));
    for (ElidedLabel* label : {uuid_, users_}) label->setProperty("type", QStringLiteral("small"));
    column(this, {.margins = {16, 12, 16, 12}, .spacing = 6},
           {row({}, {{box_, 1}, memory_}), bar_, row({}, {{users_, 1}, numbers_}), uuid_});
    uuid_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    connect(box_, &QCheckBox::toggled, this, &GpuCard::toggled);
    connect(&Theme::instance(), &Theme::changed, this, &GpuCard::showMemory);
}

void GpuCard::setState(const GpuState& gpu) {
    gpu_ = gpu;
    box_->setText(
        tr("GPU %1   %2")
            .arg(gpu.index)
            .arg(QString::fromStdString(gpu.name).replace(QLatin1Char('&'), QStringLiteral("&&"))));
    box_->setAccessibleDescription(tr("Train on this GPU"));
    uuid_->setText(QString::fromStdString(gpu.uuid));
    numbers_->setText(numbersText(gpu));
    users_->setText(usersText(gpu));
    showMemory();
}

void GpuCard::setNeed(qint64 bytes) {
    need_ = bytes;
    showMemory();
}

void GpuCard::setChosen(bool on) {
    const QSignalBlocker quiet(this);
    box_->setChecked(on);
}

bool GpuCard::isChosen() const {
    return box_->isChecked();
}

void GpuCard::showMemory() {
    const bool too_much = need_ > 0 && need_ > gpu_.memory_free;
    memory_->setProperty("type", too_much ? QStringLiteral("dangerSmall") : QStringLiteral("name"));
    restyle(memory_);
    const QString free =
        tr("%1 of %2 free").arg(gigabytes(gpu_.memory_free), gigabytes(gpu_.memory_total));
    memory_->setText(need_ > 0 ? tr("needs %1, %2").arg(gigabytes(need_), free) : free);
    const Palette& palette = Theme::instance().palette();
    QList<MemoryBar::Part> parts{
        {tr("In use"), gpu_.memory_total - gpu_.memory_free, palette.textMuted}};
    if (need_ > 0) parts.append({tr("This run"), need_, palette.accent});
    bar_->setParts(parts, gpu_.memory_total);
}

}  // namespace univi::ui
