#include "core/base/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/base/byte_text.h"
#include "core/base/error.h"
#include "core/base/pattern.h"

namespace univi::base {
namespace {

TEST(JsonText, NeverThrowsOnBytes) {
    EXPECT_EQ(json_text({{"name", "caf\xE9.jpg"}}), "{\"name\":\"caf\xEF\xBF\xBD.jpg\"}");
    EXPECT_EQ(json_text(Json::array({1}), 1), "[\n 1\n]");
}

TEST(JsonText, PathsKeepEveryByte) {
    std::string every;
    for (int byte = 1; byte < 256; ++byte) every += static_cast<char>(byte);
    for (const std::string& path :
         {std::string("caf\xE9/b%20c.jpg"), every, std::string("plain/\xC3\xA9.png")}) {
        EXPECT_EQ(path_from_ascii(path_to_ascii(path)), path);
        Json object = Json::object();
        put_path(object, "source", path);
        const Json back = Json::parse(json_text(object));
        EXPECT_EQ(take_path(back, "source"), path);
        EXPECT_EQ(take_path(Json::parse(json_text({{"x", path_element(path)}})), "x").empty(),
                  path != "plain/\xC3\xA9.png");
    }
    Json object = Json::object();
    put_path(object, "source", "caf\xE9.jpg");
    EXPECT_EQ(object["path_bytes"], "caf%E9.jpg");
    put_path(object, "other", "fine.jpg", "other_bytes");
    EXPECT_FALSE(object.contains("other_bytes"));
    for (const char* broken : {"a%", "a%4", "%zz", "%00"})
        EXPECT_THROW(path_from_ascii(broken), Error) << broken;
}

TEST(ByteText, PicksUnits) {
    EXPECT_EQ(byte_text(999), "999 bytes");
    EXPECT_EQ(byte_text(13'476'851'000), "13.5 GB");
    EXPECT_EQ(share_text(5'000'000, 14'200'000), "5.0 of 14.2 MB");
    EXPECT_EQ(share_text(14'199'999, 14'200'000), "14199999 of 14200000 bytes");
}

TEST(Pattern, MatchesAsPythonAndNeverHangs) {
    const Pattern layers("(?:.*\\.)?(?:layers\\.(0|1)\\..*q_proj)", "test");
    EXPECT_TRUE(layers.matches("model.layers.1.self_attn.q_proj"));
    EXPECT_FALSE(layers.matches("model.layers.2.self_attn.q_proj"));
    EXPECT_TRUE(Pattern("^(?!.*visual).*(?:q_proj|k_proj)$", "test").matches("model.k_proj"));
    EXPECT_THROW(Pattern("(", "test"), Error);
    EXPECT_THROW(Pattern("(a+)+$", "test").matches(std::string(60, 'a') + "b"), Error);
}

TEST(JsonText, AListOfPathsLosesNone) {
    const std::vector<std::string> words{"univi-train", "--output_dir=caf\xE9", "", "a b"};
    const Json list = path_list(words);
    EXPECT_EQ(list[0], "univi-train");
    EXPECT_EQ(list[1]["path_bytes"], "--output_dir%3Dcaf%E9");
    EXPECT_EQ(list[2], "");
    EXPECT_EQ(list[3], "a b");
    EXPECT_EQ(take_path(Json::parse(json_text(list))[1], "path"), words[1]);
    EXPECT_EQ(shown_path("caf\xE9"), "caf\xEF\xBF\xBD");
}

}  // namespace
}  // namespace univi::base
