#include "core/hub/repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/hub/settings.h"
#include "tests/support/environment.h"
#include "tests/support/errors.h"
#include "tests/support/scratch_folder.h"

#include <fstream>

namespace univi::test {
namespace {

using hub::parse_repository;
using testing::HasSubstr;

constexpr const char* kHub = "https://huggingface.co";

hub::Repository parse(const std::string& text) {
    return parse_repository(text, kHub);
}

TEST(Repository, ReadsNamesAndAddresses) {
    EXPECT_EQ(parse("Chat-UniVi/Chat-UniVi-7B-v1.5").id, "Chat-UniVi/Chat-UniVi-7B-v1.5");
    EXPECT_EQ(parse("gpt2").id, "gpt2");
    EXPECT_EQ(parse("https://huggingface.co/owner/name").id, "owner/name");
    EXPECT_EQ(parse("https://hf.co/owner/name/?a=b#c").id, "owner/name");
    const auto tree = parse("https://huggingface.co/owner/name/tree/refs%2Fpr%2F1");
    EXPECT_EQ(tree.id, "owner/name");
    EXPECT_EQ(tree.revision, "refs/pr/1");
    const auto file =
        parse("https://huggingface.co/owner/name/resolve/main/a/b%20c.bin?download=true");
    EXPECT_EQ(file.revision, "main");
    EXPECT_EQ(file.file, "a/b c.bin");
    EXPECT_EQ(parse_repository("http://localhost:8080/owner/name", "http://localhost:8080").id,
              "owner/name");
}

TEST(Repository, RefusesWhatIsNone) {
    for (const char* text :
         {"", "/", "owner/", "/name", "a/b/c", "owner/na me", "../name", "owner/..", "-a/b",
          "a--b/c", "owner/name/", "owner//name", "https://huggingface.co",
          "https://huggingface.co/a/b/c", "owner/n\xC3\xA4me", "file:///etc/passwd"})
        EXPECT_NE(error_of([&] { parse(text); }, base::ErrorKind::Usage), "") << text;
    EXPECT_THAT(error_of([] { parse("https://example.org/owner/name"); }),
                HasSubstr("HF_ENDPOINT"));
    EXPECT_THAT(error_of([] { parse("https://huggingface.co.evil.org/owner/name"); }),
                HasSubstr("another site"));
    EXPECT_THAT(error_of([] { parse("https://huggingface.co/datasets/owner/name"); }),
                HasSubstr("only models"));
}

TEST(Repository, PathsStayInsideTheirFolder) {
    for (const char* fine : {"config.json", "a/b/c.bin", "..a", "a..b", ".gitattributes"})
        EXPECT_TRUE(hub::is_inner_path(fine)) << fine;
    for (const char* wrong :
         {"", "/etc/passwd", "../a", "a/../b", "a/./b", "a//b", "a/", "a\\b", "a\nb"})
        EXPECT_FALSE(hub::is_inner_path(wrong)) << wrong;
    EXPECT_FALSE(hub::is_inner_path(std::string(256, 'a')));
    EXPECT_EQ(hub::cache_name("owner/name"), "models--owner--name");
    EXPECT_EQ(hub::encoded("refs/pr/1", false), "refs%2Fpr%2F1");
    EXPECT_EQ(hub::encoded("a b/c", true), "a%20b/c");
}

TEST(HubSettings, FollowTheEnvironment) {
    const ScratchFolder folder;
    const ScopedEnvironment home("HF_HOME", folder.path().c_str()), cache("HF_HUB_CACHE", nullptr),
        old_cache("HUGGINGFACE_HUB_CACHE", nullptr),
        endpoint("HF_ENDPOINT", "https://mirror.example.org/"), token("HF_TOKEN", nullptr),
        old_token("HUGGING_FACE_HUB_TOKEN", nullptr), path("HF_TOKEN_PATH", nullptr),
        offline("HF_HUB_OFFLINE", "ON");
    std::ofstream(folder / "token") << "secret\n";
    const auto settings = hub::settings_from_environment();
    EXPECT_EQ(settings.endpoint, "https://mirror.example.org");
    EXPECT_EQ(settings.token, "secret");
    EXPECT_EQ(settings.cache, folder / "hub");
    EXPECT_TRUE(settings.offline);
    const ScopedEnvironment wins("HF_TOKEN", " other "), wrong("HF_HUB_OFFLINE", "0");
    EXPECT_EQ(hub::settings_from_environment().token, "other");
    EXPECT_FALSE(hub::settings_from_environment().offline);
    const ScopedEnvironment no_address("HF_ENDPOINT", "ftp://example.org");
    EXPECT_THAT(error_of([] { hub::settings_from_environment(); }, base::ErrorKind::Usage),
                HasSubstr("HF_ENDPOINT"));
}

/// Where neither HF_HOME nor HF_HUB_CACHE says otherwise, the hub's own programs follow XDG.
TEST(HubSettings, TheCacheLiesInTheDesktopsCacheFolder) {
    const ScratchFolder folder;
    const ScopedEnvironment cache("XDG_CACHE_HOME", folder.path().c_str()),
        home("HF_HOME", nullptr), hub_cache("HF_HUB_CACHE", nullptr),
        old_cache("HUGGINGFACE_HUB_CACHE", nullptr), token("HF_TOKEN", nullptr),
        old_token("HUGGING_FACE_HUB_TOKEN", nullptr), path("HF_TOKEN_PATH", nullptr);
    std::filesystem::create_directories(folder / "huggingface");
    std::ofstream(folder / "huggingface/token") << "secret";
    EXPECT_EQ(hub::settings_from_environment().cache, folder / "huggingface/hub");
    EXPECT_EQ(hub::settings_from_environment().token, "secret");
    // Another place for the cache is none for the token.
    const ScopedEnvironment elsewhere("HF_HUB_CACHE", "/tmp/elsewhere");
    EXPECT_EQ(hub::settings_from_environment().cache, "/tmp/elsewhere");
    EXPECT_EQ(hub::settings_from_environment().token, "secret");
}

TEST(HubSettings, ATokenGoesOverTlsOrToThisMachine) {
    for (const char* fine : {"https://huggingface.co/a", "http://127.0.0.1:80/a",
                             "http://localhost/a", "http://[::1]"})
        EXPECT_TRUE(hub::is_private_way(fine)) << fine;
    for (const char* wrong :
         {"http://huggingface.co/a", "http://localhost.evil.org/a", "http://127.0.0.1.evil.org"})
        EXPECT_FALSE(hub::is_private_way(wrong)) << wrong;
}

}  // namespace
}  // namespace univi::test
