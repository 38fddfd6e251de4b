#include "ui/training/runs/tensorboard_reader.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "core/base/crc32c.h"

namespace univi::ui {
namespace {

constexpr quint64 kLongestRecord = quint64{64} << 20;
constexpr int kHead = 12, kTail = 4;  ///< length and its checksum; checksum of the data
constexpr int kDepth = 3;

template <typename T>
T raw(const char* bytes) {
    T value;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

/// The masked CRC of TFRecord.
quint32 maskedCrc(const char* bytes, std::size_t count) {
    const std::uint32_t crc = base::crc32c(std::as_bytes(std::span(bytes, count)));
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

/// Reads protobuf's wire format field by field; nothing outside its bytes is ever touched.
class Fields {
  public:
    explicit Fields(std::string_view bytes) : bytes_(bytes) {}
    int number = 0, type = 0;
    quint64 integer = 0;      ///< of types 0, 1 and 5 (bits)
    std::string_view text{};  ///< of type 2

    bool next() {
        quint64 key = 0;
        if (!varint(key)) return false;
        number = int(key >> 3);
        type = int(key & 7);
        switch (type) {
            case 0:
                return varint(integer);
            case 1:
                return fixed<quint64>();
            case 2: {
                quint64 size = 0;
                if (!varint(size) || size > bytes_.size()) return false;
                text = bytes_.substr(0, std::size_t(size));
                bytes_.remove_prefix(std::size_t(size));
                return true;
            }
            case 5:
                return fixed<quint32>();
            default:
                return false;
        }
    }
    float asFloat() const {
        const auto bits = quint32(integer);
        return raw<float>(reinterpret_cast<const char*>(&bits));
    }
    double asDouble() const { return raw<double>(reinterpret_cast<const char*>(&integer)); }

  private:
    template <typename T>
    bool fixed() {
        if (bytes_.size() < sizeof(T)) return false;
        integer = raw<T>(bytes_.data());
        bytes_.remove_prefix(sizeof(T));
        return true;
    }
    bool varint(quint64& value) {
        value = 0;
        for (int shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
            const auto byte = quint8(bytes_.front());
            bytes_.remove_prefix(1);
            value |= quint64(byte & 0x7f) << shift;
            if (!(byte & 0x80)) return true;
        }
        return false;
    }
    std::string_view bytes_;
};

/// TensorProto{1: dtype, 4: tensor_content, 5: float_val, 6: double_val} of one float (1)
/// or double (2).
std::optional<double> scalarOfTensor(std::string_view bytes) {
    quint64 dtype = 0;
    std::string_view content;
    std::optional<double> value;
    for (Fields field(bytes); field.next();) {
        if (field.number == 1 && field.type == 0) dtype = field.integer;
        if (field.number == 4 && field.type == 2) content = field.text;
        if (field.number == 5 && field.type == 5) value = field.asFloat();
        if (field.number == 5 && field.type == 2 && field.text.size() == 4)
            value = raw<float>(field.text.data());
        if (field.number == 6 && field.type == 1) value = field.asDouble();
        if (field.number == 6 && field.type == 2 && field.text.size() == 8)
            value = raw<double>(field.text.data());
    }
    if (dtype == 1 && content.size() == 4) value = raw<float>(content.data());
    if (dtype == 2 && content.size() == 8) value = raw<double>(content.data());
    return value;
}

/// Summary{1: repeated Value{1: tag, 2: simple_value, 8: tensor}}.
void readSummary(std::string_view bytes, qint64 step, double time,
                 const TensorBoardFile::Scalar& scalar) {
    for (Fields summary(bytes); summary.next();) {
        if (summary.number != 1 || summary.type != 2) continue;
        std::string_view tag;
        std::optional<double> value;
        for (Fields field(summary.text); field.next();) {
            if (field.number == 1 && field.type == 2) tag = field.text;
            if (field.number == 2 && field.type == 5) value = field.asFloat();
            if (field.number == 8 && field.type == 2) value = scalarOfTensor(field.text);
        }
        if (value) scalar(QString::fromUtf8(tag.data(), qsizetype(tag.size())), step, *value, time);
    }
}

/// What an event holds that matters here.
struct Event {
    double time = 0;
    qint64 step = 0;
    std::string_view version{}, summary{};
    bool isStart = false;
};

/// Event{1: wall_time, 2: step, 3: file_version, 5: summary, 7: session_log}; fields may come in
/// any order. SessionLog{1: status}, of which 1 is START.
Event readEvent(std::string_view bytes) {
    Event event;
    for (Fields field(bytes); field.next();) {
        if (field.number == 1 && field.type == 1) event.time = field.asDouble();
        if (field.number == 2 && field.type == 0) event.step = qint64(field.integer);
        if (field.number == 3 && field.type == 2) event.version = field.text;
        if (field.number == 5 && field.type == 2) event.summary = field.text;
        if (field.number != 7 || field.type != 2) continue;
        for (Fields log(field.text); log.next();)
            if (log.number == 1 && log.type == 0) event.isStart = log.integer == 1;
    }
    return event;
}

/// 2 of "brain.Event:2"; 0 when it is none.
int versionOf(std::string_view text) {
    constexpr std::string_view kPrefix = "brain.Event:";
    if (!text.starts_with(kPrefix)) return 0;
    return QByteArray(text.data() + kPrefix.size(), qsizetype(text.size() - kPrefix.size()))
        .toInt();
}

void collect(const QString& folder, int depth, const std::function<void(const QFileInfo&)>& found) {
    const QDir dir(folder);
    for (const QFileInfo& file : dir.entryInfoList({QStringLiteral("*tfevents*")}, QDir::Files))
        found(file);
    if (depth == 0) return;
    const QFileInfoList below =
        dir.entryInfoList(QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks);
    for (const QFileInfo& each : below) collect(each.absoluteFilePath(), depth - 1, found);
}

}  // namespace

bool TensorBoardFile::read(const Scalar& scalar, const Restart& restart, qint64 budget) {
    if (!problem_.isEmpty()) return false;
    QFile file(path_);
    if (!file.open(QIODevice::ReadOnly) || !file.seek(offset_)) return false;
    const QByteArray bytes = file.read(budget);
    offset_ += bytes.size();
    rest_ += bytes;
    qsizetype at = 0;
    const auto broken = [&] {
        problem_ = QStringLiteral("%1 is broken at byte %2; what stands before is shown.")
                       .arg(QFileInfo(path_).fileName())
                       .arg(offset_ - rest_.size() + at);
        return false;
    };
    while (rest_.size() - at >= kHead) {
        const char* head = rest_.constData() + at;
        const auto length = raw<quint64>(head);
        if (length > kLongestRecord || maskedCrc(head, 8) != raw<quint32>(head + 8))
            return broken();
        if (quint64(rest_.size() - at) < kHead + length + kTail) break;
        const char* data = head + kHead;
        if (maskedCrc(data, std::size_t(length)) != raw<quint32>(data + length)) return broken();
        const Event event = readEvent({data, std::size_t(length)});
        if (!event.version.empty()) version_ = versionOf(event.version);
        if (event.isStart && version_ >= 2 && restart) restart(event.step);
        if (!event.summary.empty()) readSummary(event.summary, event.step, event.time, scalar);
        at += qsizetype(kHead + length + kTail);
    }
    rest_.remove(0, at);
    return bytes.size() == budget;
}

QStringList findEventFiles(const QString& folder) {
    QFileInfoList files;
    collect(folder, kDepth, [&](const QFileInfo& file) { files << file; });
    // The name has the second at which the writer began; it sorts as text while seconds
    // have ten digits.
    std::ranges::sort(
        files, [](const QFileInfo& a, const QFileInfo& b) { return a.fileName() < b.fileName(); });
    QStringList paths;
    for (const QFileInfo& file : files) paths << file.absoluteFilePath();
    return paths;
}

QStringList findEventFolders(const QString& folder) {
    QStringList folders;
    collect(folder, kDepth, [&](const QFileInfo& file) {
        if (!folders.contains(file.absolutePath())) folders << file.absolutePath();
    });
    return folders;
}

QString curveNameOfTag(const QString& tag) {
    static const QMap<QString, QString> known = {{"train/loss", "loss"},
                                                 {"loss", "loss"},
                                                 {"Loss/train", "loss"},
                                                 {"train/learning_rate", "learning_rate"},
                                                 {"train/lr", "learning_rate"},
                                                 {"learning_rate", "learning_rate"},
                                                 {"train/grad_norm", "grad_norm"},
                                                 {"grad_norm", "grad_norm"},
                                                 {"eval/loss", "held_out_loss"},
                                                 {"train/epoch", "epoch"},
                                                 {"train/samples_per_second", "samples_per_s"}};
    return known.value(tag, tag);
}

}  // namespace univi::ui
