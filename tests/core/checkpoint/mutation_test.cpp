#include <gtest/gtest.h>

#include <random>

#include "core/base/error.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/model_config.h"
#include "core/model/tensor_table.h"
#include "tests/core/checkpoint/builders.h"
#include "tests/support/cpu_time.h"
#include "tests/support/scratch_folder.h"

namespace univi::model {
namespace {

using namespace univi::test;

/// One to four seeded changes: a byte, a run, a cut, an insertion, a 32-bit extreme.
std::string mutated(std::string bytes, std::mt19937& random) {
    const auto below = [&](std::size_t limit) {
        return static_cast<std::size_t>(random()) % std::max<std::size_t>(limit, 1);
    };
    for (std::size_t i = 1 + below(4); i > 0 && bytes.size() > 4; --i) {
        const std::size_t at = below(bytes.size());
        switch (below(6)) {
            case 0:
                bytes[at] = static_cast<char>(random());
                break;
            case 1:
                bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8)));
                break;
            case 2:
                bytes.resize(at);
                break;
            case 3:
                bytes.insert(at, bytes.substr(below(bytes.size()), below(32)));
                break;
            case 4:
                bytes.erase(at, below(16));
                break;
            default:
                patch(bytes, below(bytes.size() - 4), below(2) ? 0xffffffff : 0x7fffffff, 4);
                break;
        }
    }
    return bytes;
}

/// Touches all bytes a view promises, so that a sanitizer or the MMU sees a wrong bound.
unsigned touch(const TensorTable& table) {
    unsigned sum = 0;
    for (const auto& [name, view] : table) {
        for (std::size_t i = 0; i < view.bytes; ++i) sum += std::to_integer<unsigned>(view.data[i]);
    }
    return sum;
}

struct Outcome {
    int refused = 0, read = 0;
    double slowest_s = 0;
};

void try_reading(const std::filesystem::path& path, Outcome& outcome) {
    const double start = test::cpu_seconds();
    try {
        touch(read_tensor_file(path));
        ++outcome.read;
    } catch (const base::Error& error) {
        ++outcome.refused;
        const std::string sentence = error.what();
        EXPECT_TRUE(sentence.find(path.filename().string()) != sentence.npos) << sentence;
        EXPECT_EQ(sentence.find('\n'), sentence.npos) << sentence;
    }
    outcome.slowest_s = std::max(outcome.slowest_s, test::cpu_seconds() - start);
}

/// `make` builds the file out of the mutated part: the whole file, or only its pickle inside
/// an intact archive.
template <class Make>
Outcome mutate(const std::string& seed, int rounds, Make make) {
    const ScratchFolder folder;
    std::mt19937 random(20231);
    Outcome outcome;
    for (int i = 0; i < rounds; ++i) {
        write_bytes(folder / "m.bin", make(mutated(seed, random)));
        try_reading(folder / "m.bin", outcome);
    }
    EXPECT_GT(outcome.refused, rounds / 4);
    EXPECT_LT(outcome.slowest_s, 1.0);
    return outcome;
}

const auto whole_file = [](const std::string& bytes) { return bytes; };

TEST(Mutation, OfZipArchives) {
    for (const ZipStyle style : {ZipStyle::Plain, ZipStyle::Descriptor, ZipStyle::Zip64}) {
        mutate(build_zip(torch_records(simple_pickle()), style).bytes, 700, whole_file);
    }
}

TEST(Mutation, OfPicklesWithRightChecksums) {
    const std::string pickle =
        whole_pickle(pickled_dict(pickled_text("a") + pickled_tensor() + pickled_text("b") +
                                  pickled_dict(pickled_text("c") + pickled_tensor()) + "q\x07"));
    const Outcome outcome = mutate(pickle, 2500, torch_file);
    EXPECT_GT(outcome.read, 0) << "mutations that never get through test only the first check";
}

TEST(Mutation, OfSafetensors) {
    const std::string header =
        R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
        R"("b":{"dtype":"U8","shape":[4],"data_offsets":[24,28]}})";
    mutate(safetensors_file(header, std::string(28, 'd')), 1000, whole_file);
    const Outcome outcome = mutate(header, 1500, [](const std::string& text) {
        return safetensors_file(text, std::string(28, 'd'));
    });
    EXPECT_GT(outcome.read, 0);
}

TEST(Mutation, OfConfigs) {
    const ScratchFolder folder;
    const std::string seed =
        R"({"model_type":"ChatUniVi","hidden_size":128,"intermediate_size":352,"num_hidden_layers":4,)"
        R"("num_attention_heads":4,"vocab_size":4000,"rope_scaling":{"type":"linear","factor":2.0},)"
        R"("config":{"use_cluster":true,"spatial_cluster_rate0":64},"mm_projector_type":"mlp2x_gelu"})";
    std::mt19937 random(7);
    int refused = 0;
    for (int i = 0; i < 1500; ++i) {
        write_bytes(folder / "config.json", mutated(seed, random));
        try {
            const ModelConfig config = read_model_config(folder.path());
            EXPECT_GT(config.language.head_dim, 0);
        } catch (const base::Error& error) {
            ++refused;
            EXPECT_NE(std::string(error.what()).find("config.json"), std::string::npos);
        }
    }
    EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace univi::model
