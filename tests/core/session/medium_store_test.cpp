// Media kept on disk, on the demo model: what a second start finds, and what it must not take.
#include "core/session/medium_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>
#include <tuple>

#include "core/base/error.h"
#include "core/base/media_cache.h"
#include "core/model/safetensors.h"
#include "core/model/univi_model.h"
#include "core/session/kept_medium.h"
#include "core/session/vision_recipe.h"
#include "tests/support/scratch_folder.h"

namespace univi::session {
namespace {

namespace fs = std::filesystem;
using univi::test::read_bytes;
using univi::test::ScratchFolder;
using univi::test::write_bytes;

const fs::path kDemo = UNIVI_SOURCE_DIR "/resources/demo";
const std::string kSamples = UNIVI_SOURCE_DIR "/resources/samples/";
constexpr std::int64_t kEnough = 1'000'000'000;

/// With weights of its own, which a test may change.
LoadedModel own_demo(c10::ScalarType type = c10::kFloat, const fs::path& folder = kDemo) {
    const c10::InferenceMode inference;
    model::LoadOptions options;
    options.model = folder;
    options.placement.materialize = true;
    options.placement.compute_dtype = type;
    return load_model(options);
}

const LoadedModel& demo_model() {
    static const LoadedModel loaded = own_demo();
    return loaded;
}

/// A copy of the demo model whose config.json has `value` at `place`.
void write_demo(const fs::path& folder, const fs::path& file, const std::string& place,
                const base::Json& value) {
    fs::copy(kDemo, folder, fs::copy_options::recursive);
    base::Json json = base::Json::parse(read_bytes(folder / file));
    json[base::Json::json_pointer(place)] = value;
    write_bytes(folder / file, json.dump());
}

struct Encoded {
    std::shared_ptr<const EncodedMedium> medium;
    bool anew = false;  ///< not out of the store
    int whole_groups = 0;
};

class MediumStoreTest : public testing::Test {
  protected:
    fs::path tokens() const { return folder_ / "tokens"; }
    fs::path pictures() const { return folder_ / "pictures"; }

    KeptFiles::Options options(std::int64_t limit = kEnough) const {
        return {tokens(), limit, pictures()};
    }

    Encoded encode(MediumStore& store, const MediumRequest& request,
                   const LoadedModel& loaded = demo_model()) const {
        const MediumEncoder encoder(
            *loaded.model, {loaded.preprocess, media::Reading::People, PictureStore(pictures())});
        Encoded out;
        EncodingObserver observer;
        observer.on_progress = [&](const auto&) { out.anew = true; };
        observer.on_groups = [&](const auto& groups) { out.whole_groups += groups.complete; };
        out.medium = store.encode(encoder, request, observer, {});
        return out;
    }
    /// As after a start of the program.
    Encoded start(const MediumRequest& request, const LoadedModel& loaded = demo_model()) const {
        MediumStore store(loaded, options());
        return encode(store, request, loaded);
    }
    MediumRequest picture(const std::string& name = "picture.jpg",
                          const std::string& sample = "fruit.jpg") const {
        fs::copy_file(kSamples + sample, folder_ / name, fs::copy_options::overwrite_existing);
        return {(folder_ / name).string(), MediumKind::Picture};
    }
    fs::path only_entry() const {
        EXPECT_EQ(test::count_entries(tokens()), 1U);
        return fs::directory_iterator(tokens())->path();
    }

    const c10::InferenceMode inference_;
    ScratchFolder folder_;
};

void expect_same(const EncodedMedium& kept, const EncodedMedium& fresh) {
    EXPECT_TRUE(at::equal(kept.visual_tokens, fresh.visual_tokens));
    EXPECT_EQ(kept.visual_tokens.scalar_type(), fresh.visual_tokens.scalar_type());
    EXPECT_EQ(kept.placeholders, fresh.placeholders);
    EXPECT_EQ(kept.key, fresh.key);
    EXPECT_NE(kept.serial, fresh.serial);
    EXPECT_EQ(protocol::to_json(kept.groups), protocol::to_json(fresh.groups));
}

TEST_F(MediumStoreTest, TheNextStartHasTheSamePictureBitForBit) {
    const MediumRequest request = picture();
    const auto fresh = start(request), kept = start(request);
    EXPECT_TRUE(fresh.anew);
    EXPECT_FALSE(kept.anew);
    EXPECT_EQ(kept.whole_groups, 1);
    expect_same(*kept.medium, *fresh.medium);
}

TEST_F(MediumStoreTest, AndTheSameVideo) {
    const MediumRequest clip{kSamples + "drive.mp4", MediumKind::Auto, 6};
    const auto fresh = start(clip), kept = start(clip);
    EXPECT_TRUE(fresh.anew);
    EXPECT_FALSE(kept.anew);
    EXPECT_EQ(kept.whole_groups, 1);
    EXPECT_EQ(kept.medium->placeholders, 6);
    expect_same(*kept.medium, *fresh.medium);
}

TEST_F(MediumStoreTest, ADamagedVideoStillSaysSo) {
    const MediumRequest clip{UNIVI_TEST_DATA "/media/damaged_mid.mp4"};
    start(clip);
    const auto kept = start(clip);
    EXPECT_FALSE(kept.anew);
    EXPECT_EQ(kept.medium->groups.frames_lost, 28);
    EXPECT_EQ(kept.medium->groups.frames_in_file, 60);
}

TEST_F(MediumStoreTest, OtherTypesAreKeptAsTheyAre) {
    const LoadedModel half = own_demo(c10::kBFloat16);
    const auto fresh = start(picture(), half);
    EXPECT_EQ(fresh.medium->visual_tokens.scalar_type(), c10::kBFloat16);
    EXPECT_TRUE(start(picture()).anew) << "fp32 is another model";
    const auto kept = start(picture(), half);
    EXPECT_FALSE(kept.anew);
    EXPECT_TRUE(at::equal(kept.medium->visual_tokens, fresh.medium->visual_tokens));
}

TEST_F(MediumStoreTest, AModelOfPlainPatchesIsKeptToo) {
    write_demo(folder_ / "model", "config.json", "/config/use_cluster", false);
    const LoadedModel plain = own_demo(c10::kFloat, folder_ / "model");
    const auto fresh = start(picture(), plain), kept = start(picture(), plain);
    EXPECT_EQ(fresh.medium->visual_tokens.size(0), 144);
    EXPECT_FALSE(kept.anew);
    EXPECT_TRUE(at::equal(kept.medium->visual_tokens, fresh.medium->visual_tokens));
}

TEST_F(MediumStoreTest, AMediumIsKnownByItsContentNotByItsName) {
    start(picture("a.jpg"));
    const auto copy = start(picture("b.jpg"));
    EXPECT_FALSE(copy.anew);
    EXPECT_EQ(copy.medium->groups.source, (folder_ / "b.jpg").string());
    // Other content of the same name, size and time.
    const MediumRequest a = picture("a.jpg");
    const auto time = fs::last_write_time(a.path);
    std::string bytes = read_bytes(a.path);
    bytes[bytes.size() / 2] ^= 1;
    write_bytes(a.path, bytes);
    fs::last_write_time(a.path, time);
    EXPECT_TRUE(start(a).anew);
}

TEST_F(MediumStoreTest, OtherFramesAreAnotherMedium) {
    const std::string clip = kSamples + "drive.mp4";
    start({clip, MediumKind::Video, 6});
    EXPECT_TRUE(start({clip, MediumKind::Video, 5}).anew);
    EXPECT_FALSE(start({clip, MediumKind::Video, 6}).anew);
    start(picture());
    MediumRequest other = picture();
    other.max_frames = 5;
    EXPECT_FALSE(start(other).anew) << "a picture has one";
}

TEST_F(MediumStoreTest, AnotherPartIsAnotherMedium) {
    const MediumRequest whole{kSamples + "drive.mp4", MediumKind::Video, 6};
    MediumRequest part = whole;
    part.clip = {1.0, 3.0, 4};
    start(whole);
    const Encoded first = start(part);
    EXPECT_TRUE(first.anew);
    EXPECT_EQ(first.medium->groups.clip, part.clip);
    ASSERT_EQ(first.medium->groups.frames.size(), 4U);
    for (const auto& frame : first.medium->groups.frames) {
        EXPECT_GE(frame.time_s, 1.0 - 0.05);
        EXPECT_LT(frame.time_s, 3.0);
    }
    const Encoded again = start(part);
    EXPECT_FALSE(again.anew);
    EXPECT_EQ(again.medium->groups.clip, part.clip);
    part.clip.end_s = 2.5;
    EXPECT_TRUE(start(part).anew);
    EXPECT_FALSE(start(whole).anew);
}

TEST_F(MediumStoreTest, OtherWeightsAreAnotherModel) {
    start(picture());
    EXPECT_FALSE(start(picture(), own_demo()).anew);
    for (const bool tower : {true, false}) {
        const LoadedModel changed = own_demo();
        const auto& weights =
            tower ? changed.model->vision()->parameters() : changed.model->projector_parameters();
        weights.back().second.view({-1}).select(0, 0).add_(1e-3);
        EXPECT_TRUE(start(picture(), changed).anew) << (tower ? "tower" : "projector");
    }
}

/// Matrices in 8 bits are none of the tower's parameters().
TEST_F(MediumStoreTest, ATowerIn8BitsIsKnownByItsMatrices) {
    const auto in_8_bits = [](const fs::path& folder) {
        const c10::InferenceMode inference;
        model::LoadOptions options;
        options.model = folder;
        options.placement.quantize_tower = true;
        return load_model(options);
    };
    const LoadedModel narrow = in_8_bits(kDemo);
    ASSERT_FALSE(narrow.model->vision()->quantized().empty());
    start(picture());
    EXPECT_TRUE(start(picture(), narrow).anew) << "it is another than the one in fp32";
    EXPECT_FALSE(start(picture(), narrow).anew);
    fs::copy(kDemo, folder_ / "model", fs::copy_options::recursive);
    const fs::path file = folder_ / "model/vision_tower/model.safetensors";
    auto table = model::read_safetensors(file);
    auto& matrix = table.at("vision_model.encoder.layers.0.mlp.fc1.weight");
    matrix = model::to_view(model::to_tensor(matrix) * 1.5);
    model::write_safetensors(file, table);
    EXPECT_TRUE(start(picture(), in_8_bits(folder_ / "model")).anew);
}

TEST_F(MediumStoreTest, OtherSettingsAreAnotherModel) {
    start(picture());
    const std::tuple<fs::path, std::string, base::Json> changes[] = {
        {"config.json", "/mm_vision_select_layer", -2},
        {"config.json", "/config/spatial_cluster_rate1", 31},
        {"config.json", "/config/temporal_cluster_rate", 0.3},
        {"config.json", "/image_aspect_ratio", "pad"},
        {"vision_tower/config.json", "/num_attention_heads", 1},
        {"vision_tower/config.json", "/layer_norm_eps", 1e-4},
        {"vision_tower/preprocessor_config.json", "/image_mean/1", 0.3},
    };
    int number = 0;
    for (const auto& [file, place, value] : changes) {
        const fs::path folder = folder_ / ("model" + std::to_string(++number));
        write_demo(folder, file, place, value);
        EXPECT_TRUE(start(picture(), own_demo(c10::kFloat, folder)).anew) << place;
    }
}

TEST_F(MediumStoreTest, AnotherWayOfReadingIsAnother) {
    start(picture());
    MediumStore store(demo_model(), options(), media::Reading::Reference);
    EXPECT_TRUE(encode(store, picture()).anew);
}

TEST_F(MediumStoreTest, ADamagedEntryIsMadeAgain) {
    const auto fresh = start(picture());
    const fs::path entry = only_entry();
    const std::string good = read_bytes(entry);
    std::vector<std::string> bad{"", "x", good.substr(0, 7), good + "x",
                                 std::string(good.size(), '\xff')};
    for (std::size_t i = 0; i < 8; ++i) {
        std::string flipped = good;
        flipped[i * (good.size() - 1) / 7] ^= 4;
        bad.push_back(flipped);
        bad.push_back(good.substr(0, i * good.size() / 8));
    }
    for (std::size_t i = 0; i < bad.size(); ++i) {
        write_bytes(entry, bad[i]);
        const auto again = start(picture());
        EXPECT_TRUE(again.anew) << i;
        EXPECT_TRUE(at::equal(again.medium->visual_tokens, fresh.medium->visual_tokens));
        EXPECT_FALSE(start(picture()).anew) << i << " was not replaced";
    }
}

/// Files that are whole, and lie.
TEST_F(MediumStoreTest, AForeignFileIsNoEntry) {
    const auto fresh = start(picture());
    const fs::path entry = only_entry();
    start(picture("b.jpg", "street.jpg"));
    fs::path other;
    for (const auto& each : fs::directory_iterator(tokens()))
        if (each.path() != entry) other = each.path();
    fs::copy_file(other, entry, fs::copy_options::overwrite_existing);
    EXPECT_TRUE(start(picture()).anew) << "another medium's entry";
    fs::copy_file(kDemo / "model.safetensors", entry, fs::copy_options::overwrite_existing);
    EXPECT_TRUE(start(picture()).anew);
    fs::remove(entry);
    fs::create_directory(entry);
    EXPECT_TRUE(start(picture()).anew) << "a folder in its place";
    // What this very program would have written, of other numbers.
    const std::string key = entry.stem().string();
    fs::remove_all(entry);
    const auto lie = [&](const std::function<void(EncodedMedium&)>& change) {
        EncodedMedium medium = *fresh.medium;
        change(medium);
        write_kept_medium(entry, key, medium, pictures());
        return start(picture()).anew;
    };
    EXPECT_FALSE(lie([](EncodedMedium&) {}));
    EXPECT_TRUE(lie([](auto& m) { m.visual_tokens = m.visual_tokens.slice(0, 0, 5); }));
    EXPECT_TRUE(lie([](auto& m) { m.visual_tokens = m.visual_tokens.slice(1, 0, 5); }));
    EXPECT_TRUE(lie([](auto& m) { m.visual_tokens = m.visual_tokens.to(c10::kLong); }));
    EXPECT_TRUE(lie([](auto& m) { m.visual_tokens = m.visual_tokens.reshape({-1}); }));
    EXPECT_TRUE(lie([](auto& m) { m.groups.frames.clear(); }));
    EXPECT_TRUE(lie([](auto& m) { m.groups.complete = false; }));
    EXPECT_TRUE(lie([](auto& m) { m.groups.grid = 5; }));
    EXPECT_TRUE(lie([](auto& m) { m.groups.frames[0].stages[0].patch_to_group[0] = 1000; }));
}

TEST_F(MediumStoreTest, FramesThatAreGoneAreMadeAgain) {
    const MediumRequest clip{kSamples + "drive.mp4", MediumKind::Auto, 6};
    const auto fresh = start(clip);
    fs::remove(fresh.medium->groups.frames[3].picture);
    EXPECT_TRUE(start(clip).anew);
    EXPECT_TRUE(fs::exists(fresh.medium->groups.frames[3].picture));
    EXPECT_FALSE(start(clip).anew);
}

TEST_F(MediumStoreTest, TheLimitHoldsAndWhatWasUsedLastStays) {
    const MediumRequest a = picture("a.jpg"), b = picture("b.jpg", "street.jpg"),
                        c = picture("c.jpg", "sea.jpg");
    start(a);
    const auto size = static_cast<std::int64_t>(fs::file_size(only_entry()));
    MediumStore store(demo_model(), options(size * 5 / 2));
    const auto age = [&] {  // what follows is newer than what is there
        for (const auto& each : fs::directory_iterator(tokens()))
            fs::last_write_time(each, fs::last_write_time(each) - std::chrono::hours(1));
    };
    age();
    encode(store, b);
    age();
    EXPECT_FALSE(encode(store, a).anew);
    age();
    encode(store, c);
    EXPECT_LE(base::CachedFiles({tokens()}).size(), static_cast<std::uint64_t>(size * 5 / 2));
    EXPECT_FALSE(encode(store, a).anew);
    EXPECT_FALSE(encode(store, c).anew);
    store.set_limit(size * 3 / 2);
    EXPECT_EQ(test::count_entries(tokens()), 1U) << "a lower limit holds at once";
    EXPECT_TRUE(encode(store, b).anew);
}

TEST_F(MediumStoreTest, OffReadsAndWritesNothing) {
    start(picture());
    MediumStore store(demo_model(), options());
    store.set_limit(0);
    EXPECT_TRUE(encode(store, picture()).anew);
    EXPECT_TRUE(encode(store, picture("b.jpg", "street.jpg")).anew);
    EXPECT_EQ(test::count_entries(tokens()), 1U) << "and removes nothing";
    store.set_limit(kEnough);
    EXPECT_FALSE(encode(store, picture()).anew);
    MediumStore nowhere(demo_model(), {});
    EXPECT_TRUE(encode(nowhere, picture()).anew);
}

TEST_F(MediumStoreTest, WhatIsLargerThanTheLimitIsNotKept) {
    MediumStore store(demo_model(), options(1000));
    encode(store, picture());
    EXPECT_FALSE(fs::exists(tokens()) && !fs::is_empty(tokens()));
}

TEST_F(MediumStoreTest, AFolderThatCannotBeWrittenCostsNothing) {
    folder_.write("wall", "x");
    auto walled = options();
    walled.folder = folder_ / "wall/tokens";
    MediumStore store(demo_model(), walled);
    EXPECT_EQ(encode(store, picture()).medium->visual_tokens.size(0), 112);
    if (geteuid() == 0) return;  // whom rights do not hold back
    fs::create_directory(tokens());
    fs::permissions(tokens(), fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_TRUE(start(picture()).anew);
    EXPECT_TRUE(start(picture()).anew);
    fs::permissions(tokens(), fs::perms::owner_all);
}

TEST_F(MediumStoreTest, TheFolderIsForItsOwnerAlone) {
    start(picture());
    EXPECT_EQ(fs::status(tokens()).permissions(), fs::perms::owner_all);
}

/// Each writes whole files or none, so a reader never sees a torn one.
TEST_F(MediumStoreTest, SeveralMayWriteTheSameEntryAtOnce) {
    const auto fresh = start(picture());
    const fs::path entry = only_entry();
    const std::string key = entry.stem().string();
    std::atomic<int> writing = 2;
    const auto write = [&] {
        for (int i = 0; i < 40; ++i) write_kept_medium(entry, key, *fresh.medium, pictures());
        --writing;
    };
    std::jthread a(write), b(write);
    int reads = 0;
    do {
        const EncodedMedium kept = read_kept_medium(entry, key, *demo_model().model,
                                                    fresh.medium->groups.source, pictures());
        EXPECT_TRUE(at::equal(kept.visual_tokens, fresh.medium->visual_tokens));
        ++reads;
    } while (writing > 0);
    EXPECT_GT(reads, 0);
    EXPECT_EQ(test::count_entries(tokens()), 1U) << "nothing half-written is left";
}

}  // namespace
}  // namespace univi::session
