#include "training/options/dataset_list.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/support/errors.h"
#include "training/options/option_error.h"
#include "training_support.h"

namespace univi::training {
namespace {

using test::ScratchFolder;
using ::testing::HasSubstr;
using univi::test::error_of;

const test::fs::path kPublished =
    test::fs::path(UNIVI_SOURCE_DIR) / "resources/training/datasets.json";

/// Works in `folder` while it lives.
class WorkingFolder {
  public:
    explicit WorkingFolder(const test::fs::path& folder) : before_(test::fs::current_path()) {
        test::fs::current_path(folder);
    }
    ~WorkingFolder() { test::fs::current_path(before_); }

  private:
    test::fs::path before_;
};

std::string refusal(const DatasetList& list, const std::string& use) {
    return error_of([&] { find_sources(list, use); });
}

TEST(DatasetList, PublishedMixesAreKnown) {
    ScratchFolder folder;
    const WorkingFolder here(folder.path());
    const DatasetList list{{}, kPublished, "/data"};
    const std::map<std::string, std::size_t> mixes = {
        {"Pretrain", 4}, {"FINETUNE", 3}, {"Pretrainv1.5", 2}, {"FINETUNEv1.5", 3}, {"SQA", 1}};
    for (const auto& [name, sources] : mixes)
        EXPECT_EQ(find_sources(list, name).size(), sources) << name;
    const auto finetune = find_sources(list, "FINETUNE");
    EXPECT_EQ(finetune[1].chat_path, "/data/MIMIC-IT-imageonly.json");
    EXPECT_EQ(finetune[1].folders.size(), 3U);
    EXPECT_EQ(finetune[2].folders[0], "/data/Activity_Videos");
    EXPECT_EQ(find_sources(list, "Pretrain+SQA").size(), 5U);
}

TEST(DatasetList, ARefusalCarriesTheOptionItIsAbout) {
    const auto option_of = [](DatasetList list, const std::string& use) -> std::string {
        try {
            find_sources(list, use);
        } catch (const OptionError& error) {
            return error.option();
        }
        return {};
    };
    EXPECT_EQ(option_of({kPublished, {}, {}}, "Pretrain"), "data_path");
    EXPECT_EQ(option_of({"/nowhere/datasets.json", {}, {}}, "Pretrain"), "datasets");
    EXPECT_EQ(option_of({kPublished, {}, "/data"}, "Pretrian"), "dataset_use");
    DatasetList held_out{kPublished, {}, "/data", "eval_dataset_use"};
    EXPECT_EQ(option_of(held_out, "Pretrian"), "eval_dataset_use");
    EXPECT_THAT(refusal(held_out, "Pretrian"), HasSubstr("--eval_dataset_use Pretrian"));
    for (const char* nothing : {"", "+"}) {
        EXPECT_EQ(option_of(held_out, nothing), "eval_dataset_use");
        EXPECT_EQ(refusal({kPublished, {}, "/data"}, nothing),
                  "--dataset_use is missing: the name of a data set.");
    }
}

TEST(DatasetList, TheFoldersListComesBeforeThePublishedNames) {
    ScratchFolder folder;
    test::write(folder / "datasets.json",
                R"({"SQA": {"chat_path": "mine.json"}, "paths": {"PATH": "/store"}})");
    const WorkingFolder here(folder.path());
    const DatasetList list{{}, kPublished, {}};
    EXPECT_EQ(find_sources(list, "SQA")[0].chat_path, "mine.json");
    EXPECT_EQ(find_sources(list, "Pretrain")[0].chat_path, "/store/CC3M-595K/chat.json");
    EXPECT_THAT(refusal(list, "FINETUN"), HasSubstr("did you mean FINETUNE?"));
    EXPECT_THAT(refusal(list, "paths"), HasSubstr("is not in"));
}

TEST(DatasetList, PlaceholdersAreFilled) {
    ScratchFolder folder;
    test::write(folder / "d.json",
                R"({"A": {"chat_path": "${UNIVI_TEST_ROOT}/a.json", "x": "${PLACE}/x${PLACE}"},
        "B": {"chat_path": "${PATH}/b.json"}, "C": {"chat_path": "${UNIVI_TEST_NOWHERE}/c"}, "paths": {"PLACE": "there"}})");
    ::setenv("UNIVI_TEST_ROOT", "/srv/of", 1);
    ::unsetenv("UNIVI_TEST_NOWHERE");
    const auto sources = find_sources({folder / "d.json", {}, {}}, "A");
    EXPECT_EQ(sources[0].chat_path, "/srv/of/a.json");
    const std::string place = (folder / "there").string();
    EXPECT_EQ(sources[0].folders[0], place + "/x" + place);
    // The variable PATH lists programs: never a folder of data.
    EXPECT_THAT(refusal({folder / "d.json", {}, {}}, "B"), HasSubstr("--data_path"));
    EXPECT_EQ(find_sources({folder / "d.json", {}, "/p"}, "B")[0].chat_path, "/p/b.json");
    EXPECT_THAT(refusal({folder / "d.json", {}, {}}, "C"), HasSubstr("UNIVI_TEST_NOWHERE"));
}

TEST(DatasetList, NamesWithAPlus) {
    ScratchFolder folder;
    test::write(
        folder / "d.json",
        R"({"A+B": {"chat_path": "ab"}, "A": {"chat_path": "a"}, "B": [{"chat_path": "b"}, {"chat_path": "c"}]})");
    const DatasetList list{folder / "d.json", {}, {}};
    EXPECT_EQ(find_sources(list, "A+B").size(), 1U);
    EXPECT_EQ(find_sources(list, "B+A").size(), 3U);
}

TEST(DatasetList, BadListsAreRefused) {
    ScratchFolder folder;
    test::write(folder / "d.json", R"({"A": [{"x": "y"}], "B": [{"chat_path": 5}]})");
    EXPECT_THAT(refusal({folder / "d.json", {}, {}}, "A"), HasSubstr("chat_path"));
    EXPECT_THAT(refusal({folder / "d.json", {}, {}}, "B"), HasSubstr("must be a path"));
    EXPECT_THAT(refusal({folder / "none.json", {}, {}}, "A"), HasSubstr("is missing"));
    const WorkingFolder here(folder.path());
    EXPECT_THAT(refusal({{}, {}, {}}, "A"), HasSubstr("--datasets"));
}

}  // namespace
}  // namespace univi::training
