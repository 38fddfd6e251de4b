#include <gmock/gmock.h>

#include <functional>

#include "core/base/error.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/torch_file.h"
#include "tests/core/checkpoint/allocation_meter.h"
#include "tests/core/checkpoint/builders.h"
#include "tests/support/cpu_time.h"
#include "tests/support/scratch_folder.h"

namespace univi::model {
namespace {

using namespace univi::test;
using ::testing::HasSubstr;

struct Hostile {
    const char* name;
    std::function<std::string()> bytes;
    const char* reason;  ///< part of the refusal
};

void PrintTo(const Hostile& hostile, std::ostream* out) {
    *out << hostile.name;
}

/// `read` must refuse with one sentence that names `file` and `reason`, within a second and 64 MB.
void expect_refusal(const std::function<void()>& read, const std::string& file,
                    const std::string& reason) {
    reset_peak();
    const double start = test::cpu_seconds();
    try {
        read();
        ADD_FAILURE() << "accepted, expected a refusal with: " << reason;
    } catch (const base::Error& error) {
        const std::string sentence = error.what();
        EXPECT_TRUE(error.kind() == base::ErrorKind::Format ||
                    error.kind() == base::ErrorKind::File)
            << sentence;
        EXPECT_THAT(sentence, HasSubstr(file));
        EXPECT_THAT(sentence, HasSubstr(reason));
        EXPECT_EQ(sentence.find('\n'), sentence.npos) << sentence;
        EXPECT_LT(sentence.size(), 600u);
    }
    EXPECT_LT(test::cpu_seconds() - start, 1.0);
    if (peak_is_measured()) {
        EXPECT_LT(peak_since_reset(), std::size_t{64} << 20);
    }
}

class HostileFile : public ::testing::TestWithParam<Hostile> {};

TEST_P(HostileFile, IsRefusedWithOneSentence) {
    const ScratchFolder folder;
    write_bytes(folder / "evil.bin", GetParam().bytes());
    expect_refusal([&] { read_tensor_file(folder / "evil.bin"); }, "evil.bin", GetParam().reason);
}

const auto case_name = [](const auto& info) { return std::string(info.param.name); };

// --- the archive ---

BuiltZip good_zip(ZipStyle style = ZipStyle::Plain) {
    return build_zip(torch_records(simple_pickle()), style);
}

/// The good archive after `change`.
std::function<std::string()> changed(std::function<void(BuiltZip&)> change,
                                     ZipStyle style = ZipStyle::Plain) {
    return [=] {
        BuiltZip zip = good_zip(style);
        change(zip);
        return zip.bytes;
    };
}

std::function<std::string()> renamed(const std::string& name) {
    return [=] {
        auto records = torch_records(simple_pickle());
        records.push_back({name, "x"});
        return build_zip(records).bytes;
    };
}

INSTANTIATE_TEST_SUITE_P(
    Zip, HostileFile,
    ::testing::Values(
        Hostile{"Empty", [] { return std::string(); }, "the file is empty"},
        Hostile{"Garbage", [] { return std::string(5000, 'g'); }, "not a PyTorch checkpoint"},
        Hostile{"LegacyPickle", [] { return "\x80\x02\x8a\x0al\xfc\x9c" + std::string(500, 'x'); }, "legacy PyTorch file"},
        Hostile{"LegacyTar", [] { return std::string(257, 'n') + "ustar" + std::string(300, '\0'); }, "legacy PyTorch file"},
        Hostile{"LfsPointer", [] { return std::string("version https://git-lfs.github.com/spec/v1\n"); }, "Git LFS"},
        Hostile{"CutInHalf", changed([](auto& z) { z.bytes.resize(z.bytes.size() / 2); }), "is cut off"},
        Hostile{"CutAtTheEnd", changed([](auto& z) { z.bytes.pop_back(); }), "is cut off"},
        Hostile{"OnlyMagic", [] { return std::string("PK\3\4"); }, "is cut off after 4 bytes"},
        Hostile{"BytesAfterTheEnd", changed([](auto& z) { z.bytes += "tail"; }), "longer than it should be: 4 bytes"},
        Hostile{"DirectoryBeyondFile", changed([](auto& z) { patch(z.bytes, z.end + 16, 0xfffffff0, 4); }), "does not end where"},
        Hostile{"DirectorySizeWraps", changed([](auto& z) { patch(z.bytes, z.end + 12, 0xfffffff0, 4); }), "does not end where"},
        Hostile{"TooManyRecords", changed([](auto& z) { patch(z.bytes, z.end + 8, 0xfffefffe, 4); }), "claims 65534 records"},
        Hostile{"TooFewRecords", changed([](auto& z) { patch(z.bytes, z.end + 8, 0x00030003, 4); }), "more than its records"},
        Hostile{"SplitDisks", changed([](auto& z) { patch(z.bytes, z.end + 4, 1, 2); }), "several disks"},
        Hostile{"Compressed", changed([](auto& z) { patch(z.bytes, z.central[2] + 10, 8, 2); }), "compressed (method 8)"},
        Hostile{"Encrypted", changed([](auto& z) { patch(z.bytes, z.central[2] + 8, 1, 2); }), "encrypted"},
        Hostile{"BadCrcOfPickle", changed([](auto& z) { z.bytes[z.data[0] + 30] ^= 1; }), "does not match its checksum"},
        Hostile{"BadCrcOfTensor", changed([](auto& z) { z.bytes[z.data[2] + 3] ^= 1; }), "does not match its checksum"},
        Hostile{"LocalCrcDiffers", changed([](auto& z) { z.bytes[z.local[2] + 14] ^= 1; }), "another checksum in its local"},
        Hostile{"LocalNameDiffers", changed([](auto& z) { z.bytes[z.local[2] + 31] ^= 1; }), "another name in its local"},
        Hostile{"LocalSizeDiffers", changed([](auto& z) { patch(z.bytes, z.local[2] + 18, 8, 4); }), "another size in its local"},
        Hostile{"LocalHeaderGone", changed([](auto& z) { z.bytes[z.local[2]] = 'X'; }), "no local header"},
        Hostile{"OffsetBeyondFile", changed([](auto& z) { patch(z.bytes, z.central[2] + 42, 0xfffffffe, 4); }), "no local header"},
        Hostile{"HugeSize", changed([](auto& z) {
                    for (const std::size_t at : {z.central[2] + 20, z.central[2] + 24}) patch(z.bytes, at, 0xfffffffe, 4);
                }), "reaches into the directory"},
        Hostile{"SentinelWithoutZip64", changed([](auto& z) { patch(z.bytes, z.central[2] + 24, 0xffffffff, 4); }), "without a zip64 field"},
        Hostile{"Zip64SizeWraps", changed([](auto& z) {
                    const std::size_t extra = z.central[2] + 46 + std::string("archive/data/0").size() + 4;
                    patch(z.bytes, extra, UINT64_MAX - 16, 8);
                    patch(z.bytes, extra + 8, UINT64_MAX - 16, 8);
                }, ZipStyle::Zip64), "reaches into the directory"},
        Hostile{"Zip64OffsetWraps", changed([](auto& z) {
                    patch(z.bytes, z.central[2] + 46 + std::string("archive/data/0").size() + 20, UINT64_MAX - 8, 8);
                }, ZipStyle::Zip64), "no local header"},
        Hostile{"Zip64DirectoryWraps", changed([](auto& z) { patch(z.bytes, z.end - 20 - 8, UINT64_MAX - 2, 8); }, ZipStyle::Zip64),
                "does not end where"},
        Hostile{"Zip64LocatorAstray", changed([](auto& z) { patch(z.bytes, z.end - 12, 3, 8); }, ZipStyle::Zip64), "zip64 end record"},
        Hostile{"DescriptorLies", changed([](auto& z) { z.bytes[z.data[2] + 24 + 4] ^= 1; }, ZipStyle::Descriptor), "no data descriptor"},
        Hostile{"DuplicateName", renamed("archive/data/0"), "occurs twice"},
        Hostile{"AbsoluteName", renamed("/etc/passwd"), "absolute path"},
        Hostile{"ParentName", renamed("archive/../../x"), ". or .. in its name"},
        Hostile{"BackslashName", renamed("archive\\x"), "backslash"},
        Hostile{"NulName", renamed(std::string("archive/a\0b", 11)), "control character"},
        Hostile{"FolderName", renamed("archive/sub/"), "is a folder"},
        Hostile{"OutsidePrefix", renamed("elsewhere/x"), "lies outside"},
        Hostile{"SecondPickle", renamed("other/data.pkl"), "two data.pkl"},
        Hostile{"NoPickle", [] { return build_zip({{"archive/version", "3"}}).bytes; }, "no data.pkl"},
        Hostile{"EmptyArchive", [] { return "PK\3\4" + build_zip({}).bytes; }, "does not end where"},
        Hostile{"BigEndian", [] {
                    auto records = torch_records(simple_pickle());
                    records[1].second = "big";
                    return build_zip(records).bytes;
                }, "byteorder is \"big\", expected little"},
        Hostile{"MissingRecord", [] {
                    auto records = torch_records(simple_pickle());
                    records.erase(records.begin() + 2);
                    return build_zip(records).bytes;
                }, "which is missing"},
        Hostile{"ShortRecord", [] {
                    auto records = torch_records(simple_pickle());
                    records[2].second.resize(20);
                    return build_zip(records).bytes;
                }, "has 20 bytes, expected 24"}),
    case_name);

TEST(HostileZip, OverlappingRecordsAreRefused) {
    const ScratchFolder folder;
    // Both directory entries tell the truth about a local header, but the second header lies inside
    // the first's data.
    const BuiltZip inner = build_zip({{"archive/b", "bb"}});
    const std::string inner_record = inner.bytes.substr(0, inner.central[0]);
    BuiltZip zip = build_zip({{"archive/a", inner_record}, {"archive/b", "bb"}});
    patch(zip.bytes, zip.central[1] + 42, zip.data[0], 4);
    write_bytes(folder / "evil.bin", zip.bytes);
    expect_refusal([&] { read_torch_file(folder / "evil.bin"); }, "evil.bin", "overlap");
}

// --- the pickle ---

std::function<std::string()> pickle(const std::string& bytes) {
    return [=] { return torch_file(bytes); };
}
std::function<std::string()> state(const std::string& value) {
    return pickle(whole_pickle(pickled_dict(pickled_text("w") + value)));
}
std::function<std::string()> spec(std::function<void(TensorSpec&)> change) {
    TensorSpec changed_spec;
    change(changed_spec);
    return pickle(simple_pickle(changed_spec));
}
std::string repeated(const std::string& text, int count) {
    std::string result;
    for (int i = 0; i < count; ++i) result += text;
    return result;
}

/// A memo bomb: every level holds the one below ten times, 10^12 entries out of a kilobyte.
std::string shared_dictionaries() {
    std::string bytes = "(}q" + std::string(1, '\0');
    for (int level = 1; level <= 12; ++level) {
        bytes += "}(";
        for (int i = 0; i < 10; ++i)
            bytes += pickled_text(std::to_string(i)) + "h" + static_cast<char>(level - 1);
        bytes += std::string("uq") + static_cast<char>(level);
    }
    return "\x80\x02" + bytes + "1h\x0c.";
}

std::string cycle() {
    return whole_pickle("}q\x01(" + pickled_text("a") + "h\x01u");
}

INSTANTIATE_TEST_SUITE_P(
    Pickle, HostileFile,
    ::testing::Values(
        Hostile{"PosixSystem", state("cposix\nsystem\n(" + pickled_text("touch /tmp/pwned") + "tR"),
                "\"posix.system\""},
        Hostile{"BuiltinsEval", state("cbuiltins\neval\n(" + pickled_text("1") + "tR"),
                "\"builtins.eval\""},
        Hostile{"TorchLoad", state("ctorch\nload\n)R"), "\"torch.load\""},
        Hostile{"RebuildParameterWithState",
                state("ctorch._utils\n_rebuild_parameter_with_state\n)R"),
                "_rebuild_parameter_with_state"},
        Hostile{"QuantizedStorage", spec([](auto& s) { s.storage = "QInt8Storage"; }),
                "torch.QInt8Storage"},
        Hostile{"StackGlobal", state(pickled_text("os") + pickled_text("system") + "\x93"),
                "opcode 147"},
        Hostile{"Inst", state("(iposix\nsystem\n"), "opcode 105"},
        Hostile{"NewObject", state("ccollections\nOrderedDict\n)\x81"), "opcode 129"},
        Hostile{"TextOpcodes", pickle("\x80\x02(dp0\n."), "opcode 100"},
        Hostile{"LongGlobalName", state("c" + std::string(100000, 'a') + "\nb\n"),
                "too long global name"},
        Hostile{"GlobalWithNewline", state("c\xff\xfe\nx\n"), "asks for"},
        Hostile{"Protocol4", pickle("\x80\x04}."), "protocol 4, expected 2"},
        Hostile{"NoProtocol", pickle("}."), "does not start"},
        Hostile{"EmptyPickle", pickle(""), "is cut off"},
        Hostile{"NoStop", pickle("\x80\x02}"), "is cut off"},
        Hostile{"CutInText", pickle("\x80\x02X\x10" + std::string(3, '\0') + "ab"), "is cut off"},
        Hostile{"HugeText",
                pickle("\x80\x02X\xff\xff\xff\xff"
                       "ab."),
                "text of 4294967295 bytes"},
        Hostile{"StopEmpty", pickle("\x80\x02."), "wrong number of values"},
        Hostile{"TwoValues", pickle("\x80\x02}}."), "wrong number"},
        Hostile{"Trailing", pickle("\x80\x02}.}"), "goes on after its end"},
        Hostile{"RootIsTensor", pickle(whole_pickle(pickled_tensor())),
                "does not hold a dictionary"},
        Hostile{"RootIsText", pickle(whole_pickle(pickled_text("x"))),
                "does not hold a dictionary"},
        Hostile{"PopEmpty",
                pickle("\x80\x02"
                       "0."),
                "empty stack"},
        Hostile{"TupleWithoutMark", pickle("\x80\x02t."), "not opened"},
        Hostile{"PopBelowMark", pickle("\x80\x02}(0."), "empty stack"},
        Hostile{"OddItems", pickle("\x80\x02}(K\1u."), "key without a value"},
        Hostile{"SetOnNumber", pickle("\x80\x02K\1(K\1K\1u."), "no container"},
        Hostile{"AppendToDict", pickle("\x80\x02}K\1a."), "no container"},
        Hostile{"BuildOnNumber", pickle("\x80\x02K\1}b."), "no dictionary"},
        Hostile{"CallNumber", pickle("\x80\x02K\1)R."), "no function"},
        Hostile{"CallStorageType",
                pickle("\x80\x02"
                       "ctorch\nFloatStorage\n)R."),
                "calls a storage type"},
        Hostile{"OrderedDictArguments",
                pickle("\x80\x02"
                       "ccollections\nOrderedDict\nK\1\x85R."),
                "from arguments"},
        Hostile{"GetUnknown", pickle("\x80\x02h\7."), "never remembered"},
        Hostile{"HugeMemo", pickle("\x80\x02}r\xff\xff\xff\xff."), "too many"},
        Hostile{"PersIdNumber", pickle("\x80\x02K\1Q."), "no tuple for a persistent id"},
        Hostile{"PersIdModule", pickle("\x80\x02" + pickled_text("module") + "\x85Q."),
                "no storage"},
        Hostile{"KeyWithPath", spec([](auto& s) { s.key = "../0"; }), "storage key \"../0\""},
        Hostile{"NegativeElements", spec([](auto& s) { s.elements = -6; }), "storage of -6"},
        Hostile{"HugeElements", spec([](auto& s) { s.elements = INT64_MAX; }),
                "storage of 9223372036854775807"},
        Hostile{"WrongElements", spec([](auto& s) { s.elements = 7; }),
                "has 24 bytes, expected 28"},
        Hostile{"WrongDType", spec([](auto& s) { s.storage = "DoubleStorage"; }),
                "has 24 bytes, expected 48"},
        Hostile{"NegativeOffset", spec([](auto& s) { s.offset = -1; }), "negative tensor offset"},
        Hostile{"OffsetBeyond", spec([](auto& s) { s.offset = 1; }), "beyond its storage"},
        Hostile{"HugeOffset", spec([](auto& s) { s.offset = INT64_MAX; }), "beyond its storage"},
        Hostile{"NegativeSize", spec([](auto& s) {
                    s.shape = {-2, 3};
                }),
                "negative or malformed number in a tensor's shape"},
        Hostile{"ShapeWraps", spec([](auto& s) {
                    s.shape = {1LL << 32, 1LL << 32};
                }),
                "beyond its storage"},
        Hostile{"ShapeWrapsWithZero", spec([](auto& s) {
                    s.shape = {0, 1LL << 62, 1LL << 62};
                    s.stride = {1, 1, 1};
                }),
                "beyond its storage"},
        Hostile{"NegativeStride", spec([](auto& s) {
                    s.stride = {-3, 1};
                }),
                "a tensor's stride"},
        Hostile{"StrideBeyond", spec([](auto& s) {
                    s.stride = {4, 1};
                }),
                "beyond its storage"},
        Hostile{"StrideWraps", spec([](auto& s) {
                    s.stride = {INT64_MAX, INT64_MAX};
                }),
                "beyond its storage"},
        Hostile{"RankDiffers", spec([](auto& s) { s.stride = {1}; }), "unequal numbers"},
        Hostile{"RankHuge",
                spec([](auto& s) { s.shape = s.stride = std::vector<std::int64_t>(17, 1); }),
                "more than 16 dimensions"},
        Hostile{"TensorOfNothing", state("ctorch._utils\n_rebuild_tensor_v2\n)R"),
                "malformed tensor"},
        Hostile{"ParameterOfNumber", state("ctorch._utils\n_rebuild_parameter\nK\1K\1K\1\x87R"),
                "malformed parameter"},
        Hostile{
            "TensorTwice",
            pickle(whole_pickle(pickled_dict(repeated(pickled_text("w") + pickled_tensor(), 2)))),
            "\"w\" occurs twice"},
        Hostile{"NameNotUtf8",
                pickle(whole_pickle(pickled_dict(pickled_text("\xff\xfe") + pickled_tensor()))),
                "not UTF-8"},
        Hostile{"EmptyName",
                pickle(whole_pickle(pickled_dict(pickled_text("") + pickled_tensor()))),
                "empty, too long"},
        Hostile{"LongName",
                pickle(whole_pickle(pickled_dict(pickled_text(std::string(5000, 'n')) +
                                                 pickled_tensor()))),
                "too long"},
        Hostile{"KeyIsTuple", pickle(whole_pickle(pickled_dict(")" + pickled_tensor()))),
                "neither text nor a number"},
        Hostile{"StorageAsValue", state(pickled_storage({})), "where a tensor belongs"},
        Hostile{"HugeInteger", state("\x8a\x20" + std::string(32, '\x7f')), "more than 64 bits"},
        Hostile{"Cycle", pickle(cycle()), "nested deeper than 16"},
        Hostile{"SharedDictionaries", pickle(shared_dictionaries()),
                "multiply to too many entries"},
        Hostile{"DeepTuples",
                pickle("\x80\x02" + std::string(200000, ')') + std::string(199999, '\x86') + "."),
                "does not hold a dictionary"},
        Hostile{"DeepDicts",
                pickle("\x80\x02" + repeated("}(" + pickled_text("a"), 100000) + "K\1" +
                       std::string(100000, 'u') + "."),
                "nested deeper"},
        Hostile{"ManyMarks",
                [] { return torch_file("\x80\x02" + std::string(8 << 20, '(') + "."); },
                "too many lists"},
        Hostile{"ManyDicts",
                [] { return torch_file("\x80\x02" + std::string(8 << 20, '}') + "."); },
                "builds more than"},
        Hostile{"ManyGets",
                [] { return torch_file("\x80\x02}q\1" + repeated("h\1", 1 << 20) + "."); },
                "stacks up more than"},
        Hostile{
            "GrowingTuples",
            [] { return torch_file("\x80\x02(" + repeated("}q\1h\1h\1h\1\x87", 90000) + "t."); },
            "does not hold a dictionary"},
        Hostile{"HugePickle", [] { return torch_file(std::string((16 << 20) + 1, 'x')); },
                "expected at most 16777216"}),
    case_name);

// --- safetensors ---

std::function<std::string()> header(const std::string& text, std::size_t data_bytes = 24) {
    return [=] { return safetensors_file(text, std::string(data_bytes, 'd')); };
}
std::function<std::string()> entry(const std::string& fields, std::size_t data_bytes = 24) {
    return header("{\"w\":{" + fields + "}}", data_bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Safetensors, HostileFile,
    ::testing::Values(
        Hostile{"HeaderBeyondFile", [] { return little(1000, 8) + "{}"; },
                "claims 1000 bytes, but only 2 follow"},
        Hostile{"HeaderWraps", [] { return little(UINT64_MAX, 8) + "{}" + std::string(100, ' '); },
                "claims 18446744073709551615"},
        Hostile{"NotJson", header("{\"w\":"), "not valid JSON"},
        Hostile{"NotUtf8", header("{\"\xff\":{}}"), "not valid JSON"},
        Hostile{"HeaderIsEmpty", [] { return little(0, 8) + "{}"; }, "does not start with {"},
        Hostile{"UnknownDType", entry(R"("dtype":"F128","shape":[2,3],"data_offsets":[0,24])"),
                "has dtype \"F128\""},
        Hostile{"ShapeMismatch", entry(R"("dtype":"F32","shape":[2,2],"data_offsets":[0,24])"),
                "expected 16"},
        Hostile{"DTypeMismatch", entry(R"("dtype":"F16","shape":[2,3],"data_offsets":[0,24])"),
                "expected 12"},
        Hostile{"OffsetsBeyond", entry(R"("dtype":"F32","shape":[2,4],"data_offsets":[0,32])"),
                "is cut off"},
        Hostile{"OffsetsReversed", entry(R"("dtype":"F32","shape":[0],"data_offsets":[24,0])"),
                "data_offsets from 24 back to 0"},
        Hostile{"OffsetsWrap",
                entry(R"("dtype":"F32","shape":[2,3],"data_offsets":[18446744073709551600,8])"),
                "too large"},
        Hostile{"OneOffset", entry(R"("dtype":"F32","shape":[6],"data_offsets":[0])"),
                "not two data_offsets"},
        Hostile{"NegativeSizeJson", entry(R"("dtype":"F32","shape":[-6],"data_offsets":[0,24])"),
                "negative number"},
        Hostile{"FloatSize", entry(R"("dtype":"F32","shape":[6.0],"data_offsets":[0,24])"),
                "no integer"},
        Hostile{"ShapeProductWraps",
                entry(R"("dtype":"U8","shape":[4294967296,4294967296,2],"data_offsets":[0,24])"),
                "product is too large"},
        Hostile{"HoleInData", entry(R"("dtype":"U8","shape":[23],"data_offsets":[1,24])"),
                "expected 0"},
        Hostile{"UncoveredTail", entry(R"("dtype":"U8","shape":[23],"data_offsets":[0,23])"),
                "cover 23 bytes"},
        Hostile{
            "OverlappingTensors",
            header(
                R"({"a":{"dtype":"U8","shape":[24],"data_offsets":[0,24]},"b":{"dtype":"U8","shape":[4],"data_offsets":[8,12]}})"),
            "overlap"},
        Hostile{
            "SameNameTwice",
            header(
                R"({"a":{"dtype":"U8","shape":[12],"data_offsets":[0,12]},"a":{"dtype":"U8","shape":[12],"data_offsets":[12,24]}})"),
            "occurs twice"},
        Hostile{"FieldTwice",
                entry(R"("dtype":"U8","dtype":"F32","shape":[24],"data_offsets":[0,24])"), "twice"},
        Hostile{"FieldMissing", entry(R"("dtype":"U8","shape":[24])"), "lacks dtype"},
        Hostile{"FieldUnknown", entry(R"("evil":1)"), "unknown field"},
        Hostile{"EntryIsNumber", header(R"({"w":5})"), "number where none belongs"},
        Hostile{"EntryIsList", header(R"({"w":[1]})"), "list where none belongs"},
        Hostile{"MetadataNumber", header(R"({"__metadata__":{"a":1}})", 0),
                "number where none belongs"},
        Hostile{"NestedList", entry(R"("dtype":"U8","shape":[[24]],"data_offsets":[0,24])"),
                "list where none belongs"},
        Hostile{"DeepHeader", header("{\"w\":" + std::string(1 << 20, '{')), "not valid JSON"},
        Hostile{"ManyDimensions",
                entry(R"("dtype":"U8","shape":[)" + repeated("1,", 100) +
                      R"(24],"data_offsets":[0,24])"),
                "more than 16 dimensions"},
        Hostile{"ManyTensors",
                [] {
                    std::string text = "{";
                    for (int i = 0; i < 70000; ++i)
                        text += "\"" + std::to_string(i) +
                                R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},)";
                    return safetensors_file(text + "}", "");
                },
                "after 65536 others"},
        Hostile{"HugeHeader",
                [] { return safetensors_file("{" + std::string(26'000'000, ' ') + "}", ""); },
                "expected at most 25000000"}),
    case_name);

// --- the folder ---

class HostileFolder : public ::testing::Test {
  protected:
    void index(const std::string& weight_map) {
        write_bytes(folder_ / "pytorch_model.bin.index.json",
                    "{\"weight_map\":" + weight_map + "}");
    }
    void shard(const std::string& name) {
        write_bytes(folder_ / name, torch_file(simple_pickle()));
    }
    void expect(const std::string& reason,
                const std::string& file = "pytorch_model.bin.index.json") {
        expect_refusal([&] { read_checkpoint_folder(folder_.path()); }, file, reason);
    }
    ScratchFolder folder_;
};

TEST_F(HostileFolder, NoWeights) {
    expect("holds no weights", folder_.path().string());
}
TEST_F(HostileFolder, ShardOutside) {
    for (const char* name : {"../x.bin", "/etc/passwd", "sub/x.bin", "..", "", "a\\\\b"}) {
        index("{\"w\":\"" + std::string(name) + "\"}");
        expect("expected a file name inside the model folder");
    }
}
TEST_F(HostileFolder, ShardMissing) {
    index(R"({"w":"a.bin","v":"b.bin"})");
    shard("a.bin");
    expect("the shards \"b.bin\" are missing");
}
TEST_F(HostileFolder, TensorInTwoShardsOfWhichNoneIsListed) {
    index(R"({"u":"a.bin","v":"b.bin"})");
    shard("a.bin");
    shard("b.bin");
    expect("\"w\" is in two shards");
}
TEST_F(HostileFolder, IndexWithoutMap) {
    for (const char* text : {"{}", "[]", "{\"weight_map\":[]}", "{\"weight_map\":{\"w\":3}}",
                             "{\"weight_map\":{}}", "x"}) {
        write_bytes(folder_ / "pytorch_model.bin.index.json", text);
        expect("");
    }
}
TEST_F(HostileFolder, DamagedShard) {
    index(R"({"w":"a.bin"})");
    write_bytes(folder_ / "a.bin", "PK\3\4");
    expect("is cut off", "a.bin");
}
TEST_F(HostileFolder, GoodOneIsRead) {
    index(R"({"w":"a.bin"})");
    shard("a.bin");
    EXPECT_EQ(read_checkpoint_folder(folder_.path()).size(), 1u);
}

}  // namespace
}  // namespace univi::model
