#include <gmock/gmock.h>

#include <cstring>
#include <numeric>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/zip_reader.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/safetensors.h"
#include "core/model/tensor_bounds.h"
#include "core/model/tensor_table.h"
#include "core/model/torch_file.h"
#include "tests/core/checkpoint/builders.h"
#include "tests/support/scratch_folder.h"

namespace univi::model {
namespace {

using namespace univi::test;
using ::testing::HasSubstr;

const std::filesystem::path kGolden = UNIVI_GOLDEN;

TensorView tensor(DType dtype, std::vector<std::int64_t> shape, int seed) {
    TensorView view;
    view.dtype = dtype;
    view.shape = std::move(shape);
    view.stride = contiguous_stride(view.shape);
    view.bytes = static_cast<std::size_t>(view.num_elements()) * byte_size(dtype);
    const std::shared_ptr<std::byte[]> data(new std::byte[view.bytes + 1]);
    for (std::size_t i = 0; i < view.bytes; ++i)
        data[i] = static_cast<std::byte>((i * 31 + static_cast<std::size_t>(seed)) & 0xff);
    view.data = data.get();
    view.owner = data;
    return view;
}

TensorTable all_kinds() {
    TensorTable table;
    int seed = 1;
    for (const DType dtype : {DType::F64, DType::F32, DType::F16, DType::BF16, DType::I64,
                              DType::I32, DType::I16, DType::I8, DType::U8, DType::Bool}) {
        table["model.layer." + std::string(to_string(dtype))] = tensor(dtype, {3, 5}, seed++);
    }
    table["scalar"] = tensor(DType::F32, {}, 40);
    table["empty"] = tensor(DType::F16, {0, 7}, 41);
    table["large"] = tensor(DType::F16, {300, 300}, 42);
    table["naïve ✓"] = tensor(DType::U8, {1}, 43);
    return table;
}

void expect_equal(const TensorTable& actual, const TensorTable& expected) {
    ASSERT_EQ(actual.size(), expected.size());
    for (const auto& [name, want] : expected) {
        const TensorView& got = actual.at(name);
        EXPECT_EQ(got.dtype, want.dtype) << name;
        EXPECT_EQ(got.shape, want.shape) << name;
        EXPECT_EQ(got.stride, want.stride) << name;
        ASSERT_EQ(got.bytes, want.bytes) << name;
        EXPECT_TRUE(std::equal(got.data, got.data + got.bytes, want.data)) << name;
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(got.data) % byte_size(got.dtype), 0u) << name;
    }
}

TEST(Safetensors, ReadsWhatItWrites) {
    const ScratchFolder folder;
    write_safetensors(folder / "a.safetensors", all_kinds());
    expect_equal(read_tensor_file(folder / "a.safetensors"), all_kinds());
    EXPECT_THAT(read_bytes(folder / "a.safetensors"),
                HasSubstr(R"("__metadata__":{"format":"pt"})"));
    write_safetensors(folder / "none.safetensors", {}, {});
    EXPECT_TRUE(read_safetensors(folder / "none.safetensors").empty());
}

TEST(Safetensors, UnalignedDataIsCopied) {
    const ScratchFolder folder;
    const std::string header =
        R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})" + std::string(1, ' ');
    write_bytes(folder / "a", safetensors_file(header, "12345678"));
    const TensorTable table = read_safetensors(folder / "a");
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(table.at("w").data) % 4, 0u);
    EXPECT_EQ(std::memcmp(table.at("w").data, "12345678", 8), 0);
}

TEST(TorchFile, ReadsWhatItWrites) {
    const ScratchFolder folder;
    write_torch_file(folder / "a.bin", all_kinds());
    expect_equal(read_tensor_file(folder / "a.bin"), all_kinds());
}

/// Same records, record contents and alignment as torch.save's file; the pickles differ in
/// memo bookkeeping only.
TEST(TorchFile, HasTheLayoutOfTorchSave) {
    const ScratchFolder folder;
    const auto golden = kGolden / "models/tinyA-base-proj-init/mm_projector.bin";
    const TensorTable table = read_torch_file(golden);
    write_torch_file(folder / "mm_projector.bin", table);
    expect_equal(read_torch_file(folder / "mm_projector.bin"), table);
    const base::ZipReader ours(base::MappedFile::open(folder / "mm_projector.bin"));
    const base::ZipReader theirs(base::MappedFile::open(golden));
    for (const char* name :
         {"mm_projector/data.pkl", "mm_projector/byteorder", "mm_projector/version",
          "mm_projector/data/0", "mm_projector/data/1"}) {
        ASSERT_NE(ours.find(name), nullptr) << name;
        ASSERT_NE(theirs.find(name), nullptr) << name;
        EXPECT_EQ(ours.find(name)->offset % 64, 0u) << name;
    }
    for (const char* name : {"mm_projector/byteorder", "mm_projector/version"}) {
        EXPECT_EQ(ours.find(name)->crc, theirs.find(name)->crc) << name;
    }
    const auto pickle = ours.bytes(*ours.find("mm_projector/data.pkl"));
    const std::string text(reinterpret_cast<const char*>(pickle.data()), pickle.size());
    EXPECT_TRUE(
        text.starts_with("\x80\x02"
                         "ccollections\nOrderedDict\n)R("));
    EXPECT_TRUE(text.ends_with("u."));
}

TEST(TorchFile, SameInputGivesSameBytes) {
    const ScratchFolder folder;
    write_torch_file(folder / "a.bin", all_kinds());
    const std::string first = read_bytes(folder / "a.bin");
    write_torch_file(folder / "a.bin", all_kinds());
    EXPECT_EQ(first, read_bytes(folder / "a.bin"));
}

TEST(Writers, KeepTheOldFileWhenATensorCannotBeWritten) {
    const ScratchFolder folder;
    write_bytes(folder / "a", "old");
    TensorView transposed = tensor(DType::F32, {2, 3}, 1);
    transposed.stride = {1, 2};
    EXPECT_THROW(write_torch_file(folder / "a", {{"w", transposed}}), base::Error);
    EXPECT_THROW(write_safetensors(folder / "a", {{"w", transposed}}), base::Error);
    EXPECT_EQ(read_bytes(folder / "a"), "old");
    EXPECT_EQ(count_entries(folder.path()), 1u);
}

TensorTable read_pickle(const std::string& pickle) {
    const ScratchFolder folder;
    write_bytes(folder / "a.bin", torch_file(pickle));
    return read_torch_file(folder / "a.bin");
}

TEST(TorchFile, TakesTransposedOffsetSharedNestedAndParameterTensors) {
    TensorSpec transposed, tail;
    transposed.shape = {3, 2};
    transposed.stride = {1, 3};
    tail.offset = 4;
    tail.shape = {2};
    tail.stride = {1};
    const std::string parameter =
        "ctorch._utils\n_rebuild_parameter\n(" + pickled_tensor(tail) + "\x88}tR";
    const std::string inner = pickled_dict(pickled_text("t") + pickled_tensor(transposed) +
                                           pickled_text("p") + parameter);
    const TensorTable table = read_pickle(whole_pickle(pickled_dict(
        pickled_text("model") + inner + pickled_text("epoch") + pickled_int(3) +
        pickled_text("list") + "](" + pickled_tensor() + "e" + pickled_text("none") + "N")));
    ASSERT_EQ(table.size(), 3u);
    EXPECT_FALSE(table.at("model.t").is_contiguous());
    EXPECT_EQ(table.at("model.t").bytes, 24u);
    EXPECT_EQ(table.at("model.p").bytes, 8u);
    float last = 0;
    std::memcpy(&last, table.at("model.p").data + 4, 4);
    EXPECT_EQ(last, 5.0f);
    EXPECT_EQ(std::memcmp(table.at("list.0").data, table.at("model.t").data, 24), 0);
}

TEST(TorchFile, TakesAnOrderedDictWithMetadata) {
    const std::string metadata =
        pickled_dict(pickled_text("_metadata") + "ccollections\nOrderedDict\n)R");
    const TensorTable table =
        read_pickle(whole_pickle("ccollections\nOrderedDict\n)Rq\x05(" + pickled_text("w") +
                                 pickled_tensor() + "u" + metadata + "b"));
    EXPECT_EQ(table.size(), 1u);
}

}  // namespace
}  // namespace univi::model
