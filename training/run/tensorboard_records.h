#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace univi::training {

// The format of TensorBoard's event files: TFRecord framing around protobuf messages. These are
// Event{1: wall_time double, 2: step int64, 3: file_version string, 5: summary, 7: session_log},
// Summary{1: repeated Value{1: tag, 2: simple_value float, 8: tensor}}, SessionLog{1: status}.

/// What the names of event files begin with.
inline constexpr std::string_view kEventFilePrefix = "events.out.tfevents.";
/// The version of the format, as the first event of a file says it, before its number.
inline constexpr std::string_view kEventVersion = "brain.Event:";
/// SessionLog's status of a writer that was started again.
inline constexpr std::uint64_t kSessionStart = 1;

/// `message` as a record: its length, the message, and a masked CRC-32C of each.
std::string tensorboard_record(std::string_view message);

/// The record at the front of some bytes.
struct TensorBoardRecord {
    enum class State {
        Whole,
        Torn,   ///< the bytes end before the record does
        Broken  ///< a checksum is wrong, or the record is over 64 MiB
    };
    State state = State::Torn;
    std::string_view message{};  ///< of a whole one
    std::size_t size = 0;        ///< bytes of a whole one, framing included
};
/// Reads the record at the front of `bytes`, which the result refers to.
TensorBoardRecord read_tensorboard_record(std::string_view bytes);

/// Protobuf's types of fields on the wire.
enum class WireType { Varint = 0, EightBytes = 1, Bytes = 2, FourBytes = 5 };

/// A field of a message as protobuf has it on the wire.
std::string varint_field(int number, std::uint64_t value);
std::string bytes_field(int number, std::string_view bytes);
std::string double_field(int number, double value);
std::string float_field(int number, float value);

/// Reads the fields of a message one by one. A damaged message ends early; nothing outside its
/// bytes is read.
class MessageFields {
  public:
    explicit MessageFields(std::string_view bytes) : bytes_(bytes) {}
    /// Goes to the next field; false behind the last one.
    bool next();
    /// Whether this is field `number` of that type.
    bool is(int number, WireType type) const { return number_ == number && type_ == type; }
    std::uint64_t integer() const { return integer_; }  ///< of Varint
    float as_float() const;                             ///< of FourBytes
    double as_double() const;                           ///< of EightBytes
    std::string_view bytes() const { return text_; }    ///< of Bytes

  private:
    bool read_varint(std::uint64_t& value);
    bool read_fixed(std::size_t size);
    bool read_bytes();
    std::string_view bytes_, text_{};
    int number_ = 0;
    WireType type_ = WireType::Varint;
    std::uint64_t integer_ = 0;
};

}  // namespace univi::training
