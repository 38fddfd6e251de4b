// Openings of prompts kept on disk, on the demo model: what a second start finds, and what it must
// not take.
#include "core/session/opening_store.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/media_cache.h"
#include "core/session/conversation.h"
#include "core/session/engine.h"
#include "tests/support/environment.h"
#include "tests/support/scratch_folder.h"

namespace univi::session {
namespace {

namespace fs = std::filesystem;
using univi::test::read_bytes;
using univi::test::ScratchFolder;
using univi::test::write_bytes;

struct Asked {
    protocol::DoneEvent done;
    std::vector<double> log_probabilities;
    int held = -1;  ///< positions of the prompt that were not computed with it
};

class OpeningStoreTest : public testing::Test {
  protected:
    EngineOptions options(std::int64_t limit = 1'000'000'000) const {
        EngineOptions out;
        out.device = "cpu";
        out.dtype = "fp32";
        out.threads = 2;
        out.opening_folder = (folder_ / "kept").string();
        out.token_limit = limit;
        return out;
    }
    static Question question(const std::string& text = "What can you do?") {
        Question out;
        out.text = text;
        out.options.conv = "v1";
        out.options.max_new_tokens = 8;
        return out;
    }
    static Asked ask(Conversation& conversation, const Question& question) {
        Asked out;
        Observer observer;
        observer.on_prompt = [&](const protocol::PromptEvent& prompt) {
            out.held = prompt.reused_tokens;
        };
        observer.on_token = [&](const protocol::TokenEvent& token) {
            out.log_probabilities.push_back(token.log_probability);
        };
        out.done = conversation.ask(question, observer);
        return out;
    }
    /// As after a start of the program.
    static Asked start(const EngineOptions& options, const Question& question) {
        const auto engine = Engine::load(options);
        return ask(*engine->start_conversation(), question);
    }
    std::size_t entries() const {
        const fs::path kept = folder_ / "kept";
        return fs::exists(kept) ? test::count_entries(kept) : 0;
    }

    ScratchFolder folder_;
};

void expect_same(const Asked& a, const Asked& b) {
    EXPECT_EQ(a.done.ids, b.done.ids);
    EXPECT_EQ(a.log_probabilities, b.log_probabilities);  // to the bit
}

TEST_F(OpeningStoreTest, ASecondStartComputesTheQuestionAlone) {
    const Asked first = start(options(), question());
    EXPECT_GE(first.held, 16);
    ASSERT_EQ(entries(), 1U);
    const fs::path file = fs::directory_iterator(folder_ / "kept")->path();
    const auto written = fs::last_write_time(file);
    const Asked second = start(options(), question());
    expect_same(first, second);
    EXPECT_EQ(second.held, first.held);
    EXPECT_EQ(entries(), 1U);
    const Asked other = start(options(), question("Name a fruit, please: which one is red?"));
    EXPECT_EQ(other.held, first.held);
    EXPECT_EQ(entries(), 1U);
    EXPECT_GE(fs::last_write_time(file), written);  // used, so it is not the next to go
}

/// What is kept is what would be computed: the same reply as without a folder, but for rounding.
TEST_F(OpeningStoreTest, SaysWhatAProgramWithoutItSays) {
    EngineOptions without = options();
    without.opening_folder.clear();
    const Asked fresh = start(without, question());
    EXPECT_EQ(fresh.held, 0);
    start(options(), question());
    const Asked kept = start(options(), question());
    EXPECT_EQ(kept.done.ids, fresh.done.ids);
    ASSERT_EQ(kept.log_probabilities.size(), fresh.log_probabilities.size());
    for (std::size_t i = 0; i < kept.log_probabilities.size(); ++i)
        EXPECT_NEAR(kept.log_probabilities[i], fresh.log_probabilities[i], 1e-4);
}

TEST_F(OpeningStoreTest, AnotherPromptOrWayOfComputingHasItsOwn) {
    start(options(), question());
    Question other = question();
    other.options.system =
        "You look at pictures and answer in one short sentence, in plain words, about nothing "
        "but what can be seen in them.";
    start(options(), other);
    EXPECT_EQ(entries(), 2U);
    EngineOptions int8 = options();
    int8.dtype = "int8";
    start(int8, question());
    EXPECT_EQ(entries(), 3U);
    int8.cache_dtype = "int8";
    start(int8, question());
    EXPECT_EQ(entries(), 4U);
    EngineOptions one_thread = options();
    one_thread.threads = 1;
    start(one_thread, question());
    EXPECT_EQ(entries(), 5U);
    expect_same(start(int8, question()), start(int8, question()));
}

TEST_F(OpeningStoreTest, ADamagedFileIsComputedAgain) {
    const Asked first = start(options(), question());
    ASSERT_EQ(entries(), 1U);
    const fs::path file = fs::directory_iterator(folder_ / "kept")->path();
    const std::string whole = read_bytes(file);
    for (const std::size_t at : {std::size_t{3}, whole.size() / 2, whole.size() - 1}) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        write_bytes(file, damaged);
        expect_same(start(options(), question()), first);
        EXPECT_EQ(read_bytes(file), whole) << at;
    }
    write_bytes(file, whole.substr(0, whole.size() / 3));
    expect_same(start(options(), question()), first);
    write_bytes(file, "");
    expect_same(start(options(), question()), first);
    fs::remove(file);
    fs::create_directory(file);  // nothing that can be read or replaced
    expect_same(start(options(), question()), first);
}

/// Within one program the cache has it already; a chat of another system prompt takes its own.
TEST_F(OpeningStoreTest, ChatsThatTakeTurns) {
    const auto engine = Engine::load(options());
    const auto one = engine->start_conversation(), two = engine->start_conversation();
    Question other = question();
    other.options.system =
        "A person and a machine talk. The machine is slow and careful, and never says more than "
        "it knows.";
    const Asked first = ask(*one, question());
    ask(*two, other);
    EXPECT_EQ(entries(), 2U);
    const Asked again = ask(*engine->start_conversation(), question());
    EXPECT_EQ(again.done.ids, first.done.ids);
    EXPECT_GT(ask(*one, question("And what else?")).held, first.held);
}

TEST_F(OpeningStoreTest, NothingIsKeptWithoutALimitOrRoom) {
    start(options(0), question());
    EXPECT_EQ(entries(), 0U);
    start(options(1000), question());
    EXPECT_EQ(entries(), 0U);
    const auto engine = Engine::load(options(0));
    const auto conversation = engine->start_conversation();
    engine->set_token_limit(1'000'000'000);
    ask(*conversation, question());
    EXPECT_EQ(entries(), 1U);
}

/// The limit is for both of the program's folders.
TEST_F(OpeningStoreTest, VisualTokensAndOpeningsShareTheLimit) {
    const test::ScopedEnvironment cache("XDG_CACHE_HOME", folder_.path().c_str());
    const auto put = [](const fs::path& folder, char name) {
        fs::create_directories(folder);
        std::string file(64, name);
        file.append(".safetensors");
        write_bytes(folder / file, std::string(1000, 'x'));
    };
    put(base::visual_token_folder(), 'a');
    put(base::prompt_opening_folder(), 'b');
    put(folder_ / "elsewhere", 'c');
    KeptFiles files({base::visual_token_folder(), 10'000, {}});
    files.set_limit(2000);
    EXPECT_EQ(test::count_entries(base::visual_token_folder()), 1U);
    EXPECT_EQ(test::count_entries(base::prompt_opening_folder()), 1U);
    files.set_limit(1500);
    EXPECT_EQ(test::count_entries(base::visual_token_folder()) +
                  test::count_entries(base::prompt_opening_folder()),
              1U);
    KeptFiles({folder_ / "elsewhere", 10, {}}).trim();
    EXPECT_EQ(test::count_entries(folder_ / "elsewhere"), 0U);
    EXPECT_EQ(test::count_entries(base::visual_token_folder()) +
                  test::count_entries(base::prompt_opening_folder()),
              1U);
}

/// A prompt that begins with little is computed as it is.
TEST_F(OpeningStoreTest, AShortOpeningIsNotKept) {
    Question plain = question();
    plain.options.system = "Be kind.";
    EXPECT_EQ(start(options(), plain).held, 0);
    EXPECT_EQ(entries(), 0U);
}

}  // namespace
}  // namespace univi::session
