#include "ui/models/model_facts.h"

#include <QFile>
#include <QLocale>
#include <QStringList>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/base/json.h"
#include "ui/models/model_chooser.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxConfigBytes = 1 << 20, kMaxIndexBytes = 16 << 20;
constexpr qint64 kReadmeHead = 4096;

QString textOf(const base::Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string()
               ? QString::fromStdString(found->get<std::string>())
               : QString();
}

/// 0 where it is no number of a size that a model has.
qint64 numberOf(const base::Json& object, const char* key) {
    constexpr double kMost = 1e8;
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) return 0;
    const double value = found->get<double>();
    return value > 0 && value < kMost ? qint64(value) : 0;
}

/// Size of a file; nullopt when it is missing, as the target of a link to a download that was
/// cut off is.
std::optional<qint64> fileBytes(const fs::path& path) {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return std::nullopt;
    const std::uintmax_t bytes = fs::file_size(path, error);
    return error ? std::nullopt : std::optional(qint64(bytes));
}

/// The sum over the shards that an index names; nullopt when one is missing.
std::optional<qint64> shardBytes(const fs::path& folder, const char* indexName) {
    const base::Json index = base::read_json_file(folder / indexName, kMaxIndexBytes);
    const auto map = index.is_object() ? index.find("weight_map") : index.end();
    if (map == index.end() || !map->is_object()) return std::nullopt;
    std::set<std::string> files;
    for (const auto& entry : *map)
        if (entry.is_string()) files.insert(entry.get<std::string>());
    qint64 sum = 0;
    for (const std::string& file : files) {
        const bool isPlain = fs::path(file).filename() == file;
        const auto bytes = isPlain ? fileBytes(folder / file) : std::nullopt;
        if (!bytes) return std::nullopt;
        sum += *bytes;
    }
    return files.empty() ? std::nullopt : std::optional(sum);
}

/// In the order in which the engine prefers them.
std::optional<qint64> weightBytes(const fs::path& folder) {
    for (const char* kind : {"model.safetensors", "pytorch_model.bin"}) {
        if (const auto bytes = fileBytes(folder / kind)) return bytes;
        const std::string index = std::string(kind) + ".index.json";
        if (fileBytes(folder / index)) return shardBytes(folder, index.c_str());
    }
    return std::nullopt;
}

/// "llama2" of a README that begins with "---" and says so before the next "---".
QString licenceOf(const fs::path& folder) {
    QFile file(QString::fromStdString((folder / "README.md").string()));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QStringList lines = QString::fromUtf8(file.read(kReadmeHead)).split(u'\n');
    if (lines.isEmpty() || lines.first().trimmed() != QLatin1String("---")) return {};
    for (const QString& line : lines.mid(1)) {
        if (line.startsWith(QLatin1String("---"))) break;
        const QString key = QStringLiteral("license:");
        if (line.startsWith(key)) return line.mid(key.size()).trimmed().left(40);
    }
    return {};
}

QString dtypeOf(const base::Json& config) {
    const auto own = config.find("quantization_config");
    if (own != config.end() && own->is_object())
        if (const qint64 bits = numberOf(*own, "bits"); bits == 4 || bits == 8)
            return QStringLiteral("int%1").arg(bits);
    const QString dtype = textOf(config, "torch_dtype");
    return dtype.isEmpty() ? textOf(config, "dtype") : dtype;
}

qint64 cacheOf(const base::Json& config) {
    const qint64 heads = numberOf(config, "num_attention_heads");
    if (heads == 0) return 0;
    const qint64 own = numberOf(config, "num_key_value_heads");
    const qint64 width = numberOf(config, "hidden_size") / heads * (own > 0 ? own : heads);
    return 4 * numberOf(config, "num_hidden_layers") * width *
           numberOf(config, "max_position_embeddings");
}

std::optional<ModelFacts> adapterFacts(const fs::path& folder) {
    const base::Json config = base::read_json_file(folder / "adapter_config.json", kMaxConfigBytes);
    auto bytes = fileBytes(folder / "adapter_model.safetensors");
    if (!bytes) bytes = fileBytes(folder / "adapter_model.bin");
    if (!config.is_object() || !bytes) return std::nullopt;
    ModelFacts facts;
    facts.kind = ModelFacts::Kind::Lora;
    facts.base = textOf(config, "base_model_name_or_path");
    facts.bytes = *bytes;
    facts.licence = licenceOf(folder);
    return facts;
}

/// A Chat-UniVi model, or a LLaMA with a projector for pictures under its language model's type.
bool seesPictures(const base::Json& config) {
    const QString type = textOf(config, "model_type");
    return type == QLatin1String("ChatUniVi") || !textOf(config, "mm_vision_tower").isEmpty();
}

double bytesAWeight(const QString& dtype) {
    if (dtype == QLatin1String("float32")) return 4;
    if (dtype == QLatin1String("int8")) return 1;
    return dtype == QLatin1String("int4") ? 0.5625 : 2;
}

/// Of the types that a model can be loaded in, with their scales.
constexpr std::array<std::pair<const char*, double>, 3> kBytesAWeight{
    {{"bf16", 2}, {"int8", 1.02}, {"int4", 0.6}}};

QString kindText(const ModelFacts& facts) {
    using Kind = ModelFacts::Kind;
    switch (facts.kind) {
        case Kind::Whole:
            return tr("Whole model");
        case Kind::TextOnly:
            return tr("Text only");
        case Kind::Lora:
            return facts.base.isEmpty() ? tr("LoRA") : tr("LoRA for %1").arg(facts.base);
        case Kind::Projector:
            break;
    }
    return facts.base.isEmpty() ? tr("Projector") : tr("Projector for %1").arg(facts.base);
}

}  // namespace

std::optional<ModelFacts> readModelFacts(const fs::path& folder) {
    if (fileBytes(folder / "adapter_config.json")) return adapterFacts(folder);
    if (!fileBytes(folder / "config.json")) return std::nullopt;
    const base::Json config = base::read_json_file(folder / "config.json", kMaxConfigBytes);
    if (!config.is_object()) return std::nullopt;
    const QString type = textOf(config, "model_type");
    if (type != QLatin1String("ChatUniVi") && type != QLatin1String("llama")) return std::nullopt;
    ModelFacts facts;
    const auto weights = weightBytes(folder);
    const auto projector = fileBytes(folder / "mm_projector.bin");
    if (!weights && !projector) return std::nullopt;
    if (!weights) {
        facts.kind = ModelFacts::Kind::Projector;
        facts.base = textOf(config, "_name_or_path");
    } else {
        if (!fileBytes(folder / "tokenizer.model")) return std::nullopt;
        if (!seesPictures(config)) facts.kind = ModelFacts::Kind::TextOnly;
        facts.dtype = dtypeOf(config);
    }
    facts.bytes = weights ? *weights : *projector;
    facts.conversation = textOf(config, "univi_conv");
    facts.licence = licenceOf(folder);
    facts.context = int(numberOf(config, "max_position_embeddings"));
    facts.cache = cacheOf(config);
    return facts;
}

QString factsText(const ModelFacts& facts) {
    QStringList parts{kindText(facts)};
    if (!facts.dtype.isEmpty()) parts << facts.dtype;
    parts << tr("%1 of weights").arg(bytesText(facts.bytes));
    if (facts.context > 0) parts << tr("%1 tokens").arg(QLocale().toString(facts.context));
    if (!facts.conversation.isEmpty()) parts << tr("template %1").arg(facts.conversation);
    if (!facts.licence.isEmpty()) parts << tr("licence %1").arg(facts.licence);
    return parts.join(QStringLiteral("  ·  "));
}

QString fitText(const ModelFacts& facts, qint64 memory) {
    using Kind = ModelFacts::Kind;
    if (facts.kind == Kind::Lora || facts.kind == Kind::Projector) return {};
    const double count = double(facts.bytes) / bytesAWeight(facts.dtype);
    QStringList fits;
    for (const auto& [name, size] : kBytesAWeight)
        if (count * size + double(facts.cache) <= double(memory) * 0.9)
            fits << tr("%1 (%2)").arg(QLatin1String(name),
                                      bytesText(qint64(count * size) + facts.cache));
    if (fits.isEmpty()) return tr("More than this machine's memory in every type");
    return tr("Fits this machine's memory as %1").arg(fits.join(tr(", ")));
}

}  // namespace univi::ui
