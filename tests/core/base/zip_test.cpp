#include <gmock/gmock.h>

#include "core/base/error.h"
#include "core/base/zip_reader.h"
#include "core/base/zip_writer.h"
#include "tests/core/checkpoint/builders.h"
#include "tests/support/scratch_folder.h"

namespace univi::base {
namespace {

using test::build_zip;
using test::ScratchFolder;
using test::write_bytes;
using test::ZipStyle;

std::string text_of(const ZipReader& zip, std::string_view name) {
    const ZipEntry* entry = zip.find(name);
    if (!entry) return "(none)";
    zip.check_crc(*entry);
    const auto bytes = zip.bytes(*entry);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class ZipStyles : public ::testing::TestWithParam<ZipStyle> {};

TEST_P(ZipStyles, AreRead) {
    const ScratchFolder folder;
    write_bytes(
        folder / "a.zip",
        build_zip({{"x/one", "first"}, {"x/two", ""}, {"x/three", "third"}}, GetParam()).bytes);
    const ZipReader zip(MappedFile::open(folder / "a.zip"));
    EXPECT_EQ(zip.entries().size(), 3u);
    EXPECT_EQ(text_of(zip, "x/one"), "first");
    EXPECT_EQ(text_of(zip, "x/two"), "");
    EXPECT_EQ(text_of(zip, "x/three"), "third");
    EXPECT_EQ(zip.find("x/four"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(All, ZipStyles,
                         ::testing::Values(ZipStyle::Plain, ZipStyle::Descriptor,
                                           ZipStyle::Descriptor64, ZipStyle::Zip64));

TEST(ZipWriter, WritesAlignedRecordsTheReaderTakes) {
    const ScratchFolder folder;
    const std::string large(1000, 'L');
    ZipWriter writer(folder / "a.zip");
    writer.add("a/one", std::string_view("first"));
    writer.add("a/empty", std::string_view());
    writer.add("a/large", std::string_view(large));
    writer.commit();
    const ZipReader zip(MappedFile::open(folder / "a.zip"));
    for (const ZipEntry& entry : zip.entries()) EXPECT_EQ(entry.offset % 64, 0u) << entry.name;
    EXPECT_EQ(text_of(zip, "a/one"), "first");
    EXPECT_EQ(text_of(zip, "a/empty"), "");
    EXPECT_EQ(text_of(zip, "a/large"), large);
}

TEST(ZipReader, ChecksLargeRecordsInPieces) {
    const ScratchFolder folder;
    std::string data(40 << 20, '\0');
    for (std::size_t i = 0; i < data.size(); i += 997) data[i] = static_cast<char>(i >> 7);
    {
        ZipWriter writer(folder / "a.zip");
        writer.add("a/small", std::string_view("s"));
        writer.add("a/large", std::string_view(data));
        writer.commit();
    }
    const ZipReader zip(MappedFile::open(folder / "a.zip"));
    std::vector<const ZipEntry*> all;
    for (const ZipEntry& entry : zip.entries()) all.push_back(&entry);
    EXPECT_EQ(zip.find("a/large")->crc, test::crc_of(data));
    EXPECT_NO_THROW(zip.check_crc(all));

    std::string bytes = test::read_bytes(folder / "a.zip");
    bytes[zip.find("a/large")->offset + (33 << 20)] ^= 1;
    write_bytes(folder / "b.zip", bytes);
    const ZipReader damaged(MappedFile::open(folder / "b.zip"));
    EXPECT_THROW(damaged.check_crc(*damaged.find("a/large")), Error);
    EXPECT_NO_THROW(damaged.check_crc(*damaged.find("a/small")));
}

}  // namespace
}  // namespace univi::base
