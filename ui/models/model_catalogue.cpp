#include "ui/models/model_catalogue.h"

#include "ui/models/model_chooser.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

constexpr qint64 kMega = 1'000'000;

// By the rule of core/session/memory_needs.cpp for the published shapes, tower included, and a
// context of 4,096 tokens.
const QList<OfferedModel::Need> kSevenBillion{{"bf16", 14'100 * kMega, 2'150 * kMega},
                                              {"int8", 7'200 * kMega, 2'150 * kMega},
                                              {"int4", 4'400 * kMega, 2'150 * kMega}};
const QList<OfferedModel::Need> kThirteenBillion{{"bf16", 26'600 * kMega, 3'360 * kMega},
                                                 {"int8", 13'500 * kMega, 3'360 * kMega},
                                                 {"int4", 7'900 * kMega, 3'360 * kMega}};

OfferedModel tower(const char* repository, const QString& name, const QString& what) {
    return {QString::fromLatin1(repository), name, what, tr("MIT licence"), 1'710 * kMega, {}};
}

}  // namespace

QList<OfferedModel> offeredModels() {
    const QString llama = tr("Llama 2 licence, for research only");
    return {
        {QStringLiteral("Chat-UniVi/Chat-UniVi-7B-v1.5"), QStringLiteral("Chat-UniVi 7B v1.5"),
         tr("The newest one; sees pictures at 336 pixels"), llama, 14'100 * kMega, kSevenBillion},
        {QStringLiteral("Chat-UniVi/Chat-UniVi"), QStringLiteral("Chat-UniVi 7B"),
         tr("The model of the paper, at 224 pixels"), llama, 14'100 * kMega, kSevenBillion},
        {QStringLiteral("Chat-UniVi/Chat-UniVi-13B"), QStringLiteral("Chat-UniVi 13B"),
         tr("The large model of the paper, at 224 pixels"), llama, 26'600 * kMega,
         kThirteenBillion},
        tower("openai/clip-vit-large-patch14", tr("CLIP ViT-L/14, vision tower"),
              tr("For training, LoRA folders and projectors; whole models bring theirs")),
        tower("openai/clip-vit-large-patch14-336", tr("CLIP ViT-L/14 336, vision tower"),
              tr("The same for models that see 336 pixels"))};
}

QString fitText(const OfferedModel& model, qint64 memory) {
    if (model.needs.isEmpty()) return {};
    QStringList fits;
    for (const OfferedModel::Need& need : model.needs)
        if (need.weights + need.cache <= memory / 10 * 9)
            fits << tr("%1 (%2)").arg(QLatin1String(need.dtype),
                                      bytesText(need.weights + need.cache));
    const OfferedModel::Need& least = model.needs.last();
    if (fits.isEmpty())
        return tr("Needs %1 of memory even in %2; this machine has %3")
            .arg(bytesText(least.weights + least.cache), QLatin1String(least.dtype),
                 bytesText(memory));
    return tr("Fits this machine's memory as %1").arg(fits.join(tr(", ")));
}

}  // namespace univi::ui
