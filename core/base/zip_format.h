#pragma once

#include <cstdint>

namespace univi::base::zip {

// Signatures and sentinels of the zip format (APPNOTE 6.3), shared by reader and writer.
constexpr std::uint32_t kLocalHeader = 0x04034b50;
constexpr std::uint32_t kCentralHeader = 0x02014b50;
constexpr std::uint32_t kDataDescriptor = 0x08074b50;
constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::uint32_t kLarge = 0xffffffff;  ///< 32-bit field whose value is in the zip64 record
constexpr std::uint16_t kLarge16 = 0xffff;
constexpr std::uint16_t kZip64Extra = 1;

constexpr std::uint64_t kLocalHeaderSize = 30, kCentralHeaderSize = 46, kEndSize = 22;
constexpr std::uint64_t kEnd64Size = 56, kEnd64LocatorSize = 20;

constexpr std::uint16_t kFlagDescriptor = 1 << 3, kFlagUtf8 = 1 << 11;

}  // namespace univi::base::zip
