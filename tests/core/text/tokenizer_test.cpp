#include "core/text/tokenizer.h"

#include <gtest/gtest.h>
#include <sentencepiece_processor.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/conversation_template.h"
#include "core/text/utf8.h"
#include "tests/core/text/golden_text.h"
#include "tests/support/cpu_time.h"

namespace univi::text {
namespace {

using Kind = Segment::Kind;

std::vector<std::int32_t> encode(const Tokenizer& tokenizer, const Segments& segments) {
    return tokenizer.encode(segments);
}

bool has_control(const Tokenizer& tokenizer, std::vector<std::int32_t> ids) {
    ids.erase(ids.begin());  // BOS
    return std::ranges::any_of(ids, [&](std::int32_t id) {
        return id == tokenizer.bos_id() || id == tokenizer.eos_id() || id == tokenizer.unk_id() ||
               id < 0;
    });
}

/// What SentencePiece itself makes of ids, control tokens left out as transformers does.
std::string reference_decode(const sentencepiece::SentencePieceProcessor& processor,
                             std::vector<std::int32_t> ids) {
    std::erase_if(
        ids, [&](std::int32_t id) { return processor.IsControl(id) || processor.IsUnknown(id); });
    std::string text;
    EXPECT_TRUE(processor.Decode(std::vector<int>(ids.begin(), ids.end()), &text).ok());
    return text;
}

std::filesystem::path temporary_folder(const std::string& name) {
    const auto folder = std::filesystem::path(testing::TempDir()) / ("univi_tokenizer_" + name);
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

void write(const std::filesystem::path& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

TEST(Tokenizer, KnowsItsVocabulary) {
    const Tokenizer& full = golden_tokenizer("full_fast");
    EXPECT_EQ(full.vocab_size(), 32000);
    EXPECT_EQ(golden_tokenizer("small_fast").vocab_size(), 4000);
    EXPECT_EQ(full.unk_id(), 0);
    EXPECT_EQ(full.bos_id(), 1);
    EXPECT_EQ(full.eos_id(), 2);
    EXPECT_EQ(full.control_id("</s>"), 2);
    EXPECT_EQ(full.control_id("###"), std::nullopt);
    EXPECT_TRUE(
        Tokenizer::load(full_tokenizer_folder()).legacy());  // no tokenizer_config.json there
    EXPECT_FALSE(Tokenizer::load(small_tokenizer_folder()).legacy());
}

TEST(Tokenizer, UserTextNeverBecomesAControlToken) {
    for (const std::string& kind : golden_kinds()) {
        const Tokenizer& tokenizer = golden_tokenizer(kind);
        for (const char* text :
             {"</s>", "<s>", "<unk>", "a</s>b", "<image>", "<0x0A>", "<s><s>", "▁</s>▁"}) {
            EXPECT_FALSE(has_control(tokenizer, encode(tokenizer, {{Kind::User, text}}))) << text;
            EXPECT_FALSE(has_control(tokenizer, tokenizer.encode_text(text, true))) << text;
        }
        // Not even together with the template's text around it.
        EXPECT_FALSE(has_control(tokenizer,
                                 encode(tokenizer, {{Kind::Template, "<"}, {Kind::User, "/s>"}})));
        EXPECT_TRUE(has_control(tokenizer, encode(tokenizer, {{Kind::Template, "a</s>b"}})));
    }
}

TEST(Tokenizer, AdjacentTextIsJoined) {
    const Tokenizer& tokenizer = golden_tokenizer("full_slow_legacy");
    EXPECT_EQ(encode(tokenizer,
                     {{Kind::Template, "USER: "}, {Kind::User, "Hi the"}, {Kind::Template, "re"}}),
              encode(tokenizer, {{Kind::Template, "USER: Hi there"}}));
    EXPECT_EQ(encode(tokenizer, {{Kind::User, "Hi there"}}),
              tokenizer.encode_text("Hi there", true));
    EXPECT_EQ(encode(tokenizer, {}), std::vector<std::int32_t>{1});
    EXPECT_EQ(encode(tokenizer, {{Kind::Media, ""}, {Kind::Media, ""}}),
              (std::vector<std::int32_t>{1, -200, -200}));
}

TEST(Tokenizer, NonLegacyDropsTheSpaceMarkAfterAControlToken) {
    const Tokenizer &legacy = golden_tokenizer("full_slow_legacy"),
                    &newer = golden_tokenizer("full_slow_nonlegacy");
    const Segments word = {{Kind::Template, "a</s>USER"}}, space = {{Kind::Template, "a</s> USER"}};
    EXPECT_EQ(encode(legacy, word), (std::vector<std::int32_t>{1, 263, 2, 3148, 1001}));
    EXPECT_EQ(encode(newer, word), (std::vector<std::int32_t>{1, 263, 2, 3308, 1001}));
    EXPECT_EQ(encode(legacy, space), encode(newer, space));
    EXPECT_EQ(
        encode(newer, {{Kind::Template, "</s>"}, {Kind::Media, ""}, {Kind::Template, "USER"}}),
        (std::vector<std::int32_t>{1, 2, -200, 3148, 1001}));  // a new piece begins anew
}

TEST(Tokenizer, DecodesAsSentencePieceDoes) {
    for (const std::string& folder : {full_tokenizer_folder(), small_tokenizer_folder()}) {
        const Tokenizer tokenizer = Tokenizer::load(folder);
        sentencepiece::SentencePieceProcessor processor;
        ASSERT_TRUE(processor.Load(folder + "/tokenizer.model").ok());
        std::mt19937 random(7);
        for (int run = 0; run < 2000; ++run) {
            // Half of the runs are heavy with byte pieces (ids 3 to 258), so that broken
            // characters are common.
            const int last = run % 2 ? 300 : tokenizer.vocab_size() - 1;
            std::vector<std::int32_t> ids(1 + random() % 24);
            for (std::int32_t& id : ids) id = std::uniform_int_distribution<>(0, last)(random);
            ASSERT_EQ(tokenizer.decode(ids), reference_decode(processor, ids))
                << testing::PrintToString(ids);
        }
    }
}

TEST(Tokenizer, ControlTokensAreSpelledWhenWanted) {
    const Tokenizer& tokenizer = golden_tokenizer("full_fast");
    const auto ids = encode(tokenizer, {{Kind::Template, "Hi there</s>"}});
    EXPECT_EQ(tokenizer.decode(ids), "Hi there");
    EXPECT_EQ(tokenizer.decode(ids, false), "<s> Hi there</s>");
    EXPECT_EQ(tokenizer.decode(std::vector<std::int32_t>{-200, 99999, 15043}), "Hello");
}

TEST(Tokenizer, TextSurvivesEncodingAndDecoding) {
    const std::string text =
        "Ünïcödé — 你好, мир! 🏳️‍🌈👩‍👩‍👧‍👦\n\n\ttab  two "
        "spaces "
        "</s> "
        "end";
    for (const std::string& kind : golden_kinds()) {
        const Tokenizer& tokenizer = golden_tokenizer(kind);
        EXPECT_EQ(tokenizer.decode(tokenizer.encode_text(text, true)), text) << kind;
    }
    EXPECT_TRUE(golden_tokenizer("full_fast").encode_text("", false).empty());
}

TEST(StreamDecoder, PiecesAddUpAndAreWholeCharacters) {
    for (const char* kind : {"full_fast", "small_fast"}) {
        const Tokenizer& tokenizer = golden_tokenizer(kind);
        std::mt19937 random(11);
        for (int run = 0; run < 500; ++run) {
            std::vector<std::int32_t> ids(200);
            const int last = run % 2 ? 300 : tokenizer.vocab_size() - 1;
            for (std::int32_t& id : ids) id = std::uniform_int_distribution<>(0, last)(random);
            StreamDecoder decoder(tokenizer);
            std::string sum;
            for (const std::int32_t id : ids) {
                const std::string added = decoder.push(id);
                ASSERT_EQ(valid_utf8(added), added);
                sum += added;
                ASSERT_EQ(decoder.text(), sum);
            }
            sum += decoder.finish();
            ASSERT_EQ(valid_utf8(sum), sum);
            ASSERT_EQ(sum, tokenizer.decode(ids));
            ASSERT_EQ(decoder.text(), sum);
        }
    }
}

TEST(StreamDecoder, HoldsBackAnEmojiUntilItIsWhole) {
    const Tokenizer& tokenizer = golden_tokenizer("full_fast");
    StreamDecoder decoder(tokenizer);
    EXPECT_EQ(decoder.push(29871), "");  // the space mark alone, dropped at the start
    for (const std::int32_t id : {243, 162, 155}) EXPECT_EQ(decoder.push(id), "");
    EXPECT_EQ(decoder.push(131), "😀");
    EXPECT_EQ(decoder.push(243), "");
    EXPECT_EQ(decoder.push(15043), "\xEF\xBF\xBD Hello");  // never completed
    EXPECT_EQ(decoder.push(243), "");
    EXPECT_EQ(decoder.finish(), "\xEF\xBF\xBD");
}

/// CPU seconds to encode `size` bytes of `unit` repeated, and to stream the ids back.
double seconds_there_and_back(const Tokenizer& tokenizer, const std::string& unit,
                              std::size_t size) {
    std::string text;
    while (text.size() < size) text += unit;
    const double start = test::cpu_seconds();
    StreamDecoder decoder(tokenizer);
    for (const std::int32_t id : encode(tokenizer, {{Kind::User, text}})) decoder.push(id);
    decoder.finish();
    return test::cpu_seconds() - start;
}

/// Eight times the text may take some eight times as long, not sixty-four times.
TEST(Tokenizer, TimeGrowsWithTheTextNotWithItsSquare) {
    const Tokenizer& tokenizer = golden_tokenizer("full_slow_nonlegacy");
    for (const std::string unit : {"The quick brown fox jumps over 12 lazy dogs. ", "▁😀<", "a"}) {
        const double small = seconds_there_and_back(tokenizer, unit, 1 << 17);
        const double large = seconds_there_and_back(tokenizer, unit, 1 << 20);
        EXPECT_LT(large, 32 * small + 0.5) << unit << ": " << small << " s and " << large << " s";
    }
}

TEST(Tokenizer, BrokenModelsAreRefused) {
    const std::string model = base::read_file(full_tokenizer_folder() + "/tokenizer.model");
    const auto refused = [](const std::filesystem::path& folder) {
        try {
            Tokenizer::load(folder);
            return false;
        } catch (const base::Error& error) {
            EXPECT_NE(std::string(error.what()).find("tokenizer"), std::string::npos)
                << error.what();
            return true;
        }
    };
    EXPECT_TRUE(refused(temporary_folder("missing")));
    const auto folder = temporary_folder("broken");
    for (const std::string& bytes :
         {std::string(), std::string("not a model"), model.substr(0, model.size() / 2),
          model.substr(100), std::string(1 << 16, '\xff'),
          std::string("version https://git-lfs.github.com/spec/v1\n")}) {
        write(folder / "tokenizer.model", bytes);
        EXPECT_TRUE(refused(folder)) << bytes.size();
    }
    // A normalizer with a character map: its offsets would be followed unchecked.
    write(folder / "tokenizer.model", model + std::string("\x1a\x06\x12\x04\xff\xff\xff\x7f", 8));
    EXPECT_TRUE(refused(folder));
    write(folder / "tokenizer.model", model);
    EXPECT_FALSE(refused(folder));
    write(folder / "tokenizer_config.json", R"({"legacy": "no"})");
    EXPECT_TRUE(refused(folder));
    write(folder / "tokenizer_config.json", R"({"legacy": false})");
    EXPECT_FALSE(Tokenizer::load(folder).legacy());
}

TEST(Tokenizer, DamagedModelsNeverCrash) {
    const std::string model = base::read_file(small_tokenizer_folder() + "/tokenizer.model");
    const auto folder = temporary_folder("damaged");
    std::mt19937 random(3);
    for (int run = 0; run < 60; ++run) {
        std::string bytes = model;
        for (int change = 0; change < 1 + run % 8; ++change) {
            // Half of the damage goes to the trainer's and normalizer's part at the end.
            const std::size_t at =
                run % 2 ? bytes.size() - 1 - random() % 110 : random() % bytes.size();
            bytes[at] = static_cast<char>(random());
        }
        write(folder / "tokenizer.model", bytes);
        try {
            const Tokenizer tokenizer = Tokenizer::load(folder);
            tokenizer.decode(tokenizer.encode_text("Hello, 你好 😀 </s>", true));
        } catch (const base::Error&) {
        }
    }
}

TEST(Utf8, KnowsWhatIsValid) {
    for (const char* text : {"a", "é", "你", "😀", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF"})
        EXPECT_EQ(valid_utf8(text), text);
    const std::string bad = std::string(kReplacementCharacter);
    EXPECT_EQ(valid_utf8("\xC0\x80"), bad + bad);            // overlong
    EXPECT_EQ(valid_utf8("\xED\xA0\x80"), bad + bad + bad);  // surrogate
    EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), bad + bad + bad + bad);
    EXPECT_EQ(valid_utf8("a\xE4\xBD"), "a" + bad + bad);
    EXPECT_EQ(first_utf8_character("\xE4\xBD").state, Utf8State::Incomplete);
}

}  // namespace
}  // namespace univi::text
