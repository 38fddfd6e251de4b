// Verdict parsing, metrics by hand, tables and exports.

#include "core/eval/scoring.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/printable.h"
#include "core/eval/export.h"
#include "core/eval/question_files.h"
#include "core/eval/table.h"
#include "tests/support/scratch_folder.h"

namespace univi::eval {
namespace {

std::string sample(const std::string& name) {
    return std::string(UNIVI_TEST_DATA) + "/eval/" + name;
}

TEST(ScorePairs, AreTwoNumbersOnTheFirstLine) {
    for (const char* good : {"8 6", "8, 6\nreasons 1 2 3", " 8.0\t6 \n", "8,6"}) {
        const auto pair = parse_score_pair(good);
        ASSERT_TRUE(pair) << good;
        EXPECT_EQ(pair->reference, 8);
        EXPECT_EQ(pair->ours, 6);
    }
    for (const char* bad : {"", "8", "8 6 7", "Assistant 1: 8, Assistant 2: 6", "8/10 6/10",
                            "\n8 6", "0 6", "8 11", "-1 -1", "eight six", "nan 6", "inf 6", "8 6x"})
        EXPECT_FALSE(parse_score_pair(bad)) << bad;
}

TEST(MatchVerdicts, AreOneFlatDictionary) {
    for (const char* good : {"{'pred': 'yes', 'score': 4}", "{\"pred\": \"Yes\", \"score\": 4}",
                             " {'score':4.8,'pred':'YES'}\n", "{'pred': 'yes', 'score': '4',}",
                             "{'pred': ' yes ', 'score': 4, 'why': 'so'}"}) {
        const auto verdict = parse_match_verdict(good, true);
        ASSERT_TRUE(verdict) << good;
        EXPECT_EQ(verdict->match, true);
        EXPECT_EQ(verdict->score, 4);
    }
    for (const char* bad :
         {"", "yes", "Sure! {'pred': 'yes', 'score': 4}",
          "{'pred': 'yes', 'score': 4} I hope this helps", "{'pred': 'maybe', 'score': 4}",
          "{'pred': 'yes'}", "{'score': 4}", "{'pred': 'yes', 'score': 6}",
          "{'pred': 'yes', 'score': -1}", "{'pred': 'yes', 'score': four}",
          "{'pred': 'yes', 'score': [4]}", "{'pred': 'yes', 'pred': 'no', 'score': 4}",
          "{'pred': 'yes' 'score': 4}", "{{'score': 4}}", "[{'pred': 'yes', 'score': 4}]",
          "{'pred': 'yes', 'score': 4", "{''score': 4.8}", "{'score': __import__('os')}"})
        EXPECT_FALSE(parse_match_verdict(bad, true)) << bad;
    EXPECT_EQ(parse_match_verdict("{'score': 0}", false)->score, 0);
    EXPECT_FALSE(parse_match_verdict("{'score': 0}", false)->match);
}

std::vector<Answer> answered(const QuestionSet& set, const std::vector<std::string>& texts,
                             const std::vector<std::string>& preds = {}) {
    std::vector<Answer> answers;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        Answer answer;
        answer.key = set.items[i].key;
        answer.given.texts = {texts[i]};
        if (i < preds.size()) answer.given.pred = preds[i];
        answers.push_back(answer);
    }
    return answers;
}

TEST(ScienceQaScores, BySubjectContextAndGrade) {
    const auto set = read_question_set(Task::ScienceQa, sample("scienceqa_questions.json"));
    // Right by its sentence; wrong letter outside the choices; right by the best option.
    const auto answers = answered(
        set, {"x\n The answer is B.", "The answer is E.", "two: The answer is A. The answer is B."},
        {"A", "C", "C"});
    const SetResult result = score_set(set, answers_in_order(set, answers), {});
    EXPECT_DOUBLE_EQ(result.metrics["average"].get<double>(), 2.0 / 3);
    EXPECT_DOUBLE_EQ(result.metrics["NAT"].get<double>(), 1);
    EXPECT_DOUBLE_EQ(result.metrics["LAN"].get<double>(), 0);
    EXPECT_DOUBLE_EQ(result.metrics["SOC"].get<double>(), 1);
    EXPECT_DOUBLE_EQ(result.metrics["IMG"].get<double>(), 1);
    EXPECT_DOUBLE_EQ(result.metrics["TXT"].get<double>(), 0);
    EXPECT_DOUBLE_EQ(result.metrics["NO"].get<double>(), 1);
    EXPECT_DOUBLE_EQ(result.metrics["G1-6"].get<double>(), 1);
    EXPECT_DOUBLE_EQ(result.metrics["G7-12"].get<double>(), 0);
    EXPECT_EQ(result.items[1].verdict, "wrong");
    EXPECT_EQ(result.items[1].note, "letter E, not among the choices");
}

TEST(PopeScores, AwkwardAnswersByTheBenchmarksRule) {
    const auto set = read_question_set(Task::Pope, sample("pope_random.jsonl"));  // y n y n y n
    const auto answers = answered(set, {"No, there isn't a dog.", "yes and no", "", "There is not.",
                                        "Yes. No doubt.", "Nothing"});
    const SetResult result = score_set(set, answers_in_order(set, answers), {});
    // Read as: no, no, yes, no, yes, yes.
    EXPECT_DOUBLE_EQ(result.metrics["accuracy"].get<double>(), 4.0 / 6);
    EXPECT_DOUBLE_EQ(result.metrics["precision"].get<double>(), 2.0 / 3);
    EXPECT_DOUBLE_EQ(result.metrics["recall"].get<double>(), 2.0 / 3);
    EXPECT_DOUBLE_EQ(result.metrics["yes_ratio"].get<double>(), 0.5);
    EXPECT_EQ(result.items[0].right, false);
    EXPECT_EQ(result.items[5].right, false);
}

TEST(Scores, UnansweredItemsCountInNoMeanAndAreSaid) {
    const auto set = read_question_set(Task::Pope, sample("pope_random.jsonl"));
    const auto answers = answered(set, {"Yes", "No"});
    const SetResult result = score_set(set, answers_in_order(set, answers), {});
    EXPECT_EQ(result.metrics["accuracy"], 1.0);
    EXPECT_EQ(result.metrics["count"], 2);
    EXPECT_EQ(result.metrics["total"], 6);
    EXPECT_EQ(result.items[4].verdict, "not answered");
    EXPECT_FALSE(result.items[4].right);
    EXPECT_EQ(result.notes.back(), "2 of 6 questions have an answer.");
    const SetResult none = score_set(set, std::vector<const Answer*>(6), {});
    EXPECT_FALSE(none.metrics.contains("accuracy"));
    EXPECT_EQ(none.metrics["count"], 0);
}

TEST(ImageScores, AreRatiosOfMeansPerCategoryAndOverAll) {
    const auto set = read_question_set(Task::Image, sample("image_questions.jsonl"));
    const auto answers = answered(set, {"a", "b", "c"});
    const auto verdict = [](double reference, double ours) {
        Verdict out;
        out.pair = ScorePair{reference, ours};
        return out;
    };
    const Verdicts verdicts{{{"image", verdict(8, 6)}},
                            {{"image", verdict(10, 5)}},
                            {{"image", Verdict{"rude", {}, {}}}}};
    const SetResult result = score_set(set, answers_in_order(set, answers), verdicts);
    EXPECT_DOUBLE_EQ(result.metrics["conv"].get<double>(), 75);
    EXPECT_DOUBLE_EQ(result.metrics["detail"].get<double>(), 50);
    EXPECT_DOUBLE_EQ(result.metrics["all"].get<double>(), 100 * 5.5 / 9);
    EXPECT_FALSE(result.metrics.contains("complex"));
    EXPECT_EQ(result.metrics["unreadable"], 1);
    EXPECT_EQ(result.items[0].verdict, "6 to 8");
}

Results pope_results(const std::string& model) {
    const auto set = read_question_set(Task::Pope, sample("pope_random.jsonl"));
    const auto answers = answered(set, {"Yes", "No", "Yes", "No", "No", "No"});
    Results results;
    results.task = Task::Pope;
    results.provenance.model = model;
    results.provenance.model_sha256 = "abc";
    results.provenance.files = {{"questions", "pope_random.jsonl", set.sha256}};
    results.sets.push_back(score_set(set, answers_in_order(set, answers), {}));
    return results;
}

std::vector<TableRow> published() {
    TableRow row;
    row.kind = TableRow::Kind::Published;
    row.name = "Published";
    row.values = {{"random/accuracy", 85.19}, {"popular/f1", 74.39}};
    return {row};
}

TEST(Tables, HavePublishedRowsOursAndTheDifference) {
    const Table table = make_table({pope_results("a_model")}, published());
    ASSERT_EQ(table.rows.size(), 3u);
    EXPECT_EQ(table.columns.size(), 6u);  // five of random, F1 of popular
    const TableColumn& accuracy = table.columns.front();
    EXPECT_EQ(accuracy.key, "random/accuracy");
    EXPECT_EQ(shown(table, table.rows[0], accuracy), "85.19");
    EXPECT_EQ(shown(table, table.rows[1], accuracy), "83.33");
    EXPECT_EQ(shown(table, table.rows[2], accuracy), "−1.86");
    EXPECT_EQ(shown(table, table.rows[1], table.columns.back()), "–");
    Results other = pope_results("b");
    EXPECT_EQ(make_table({pope_results("a"), other}, {}).rows.size(), 2u);
    other.task = Task::Image;
    EXPECT_THROW(make_table({pope_results("a"), other}, {}), base::Error);
}

/// A difference counts only where both rows were asked the same questions.
TEST(Tables, DifferencesOfOtherQuestionsAreMarked) {
    const Results results = pope_results("m");
    std::vector<TableRow> rows = published();
    const auto difference = [&] { return make_table({results}, rows).rows[2]; };
    EXPECT_TRUE(difference().incomparable.contains("random/accuracy"));  // nothing is known
    rows[0].questions["random"] = {2910, ""};
    Table table = make_table({results}, rows);
    EXPECT_TRUE(table.rows[2].incomparable.contains("random/accuracy"));
    ASSERT_FALSE(table.notes.empty());
    EXPECT_EQ(table.notes.back(),
              "m: the difference to Published compares other questions: Random has 6 questions, "
              "the published row was asked 2910.");
    rows[0].questions["random"] = {6, ""};
    EXPECT_TRUE(difference().incomparable.empty());
    rows[0].questions["random"].sha256 = results.provenance.files[0].sha256;
    EXPECT_TRUE(difference().incomparable.empty());
    rows[0].questions["random"].sha256 = std::string(64, '0');
    EXPECT_TRUE(difference().incomparable.contains("random/accuracy"));
}

TEST(Tables, ExportsCarryTheirProvenance) {
    Results results = pope_results("a_model | 50%");
    const Table table = make_table({results}, published());
    const std::string markdown = to_markdown(table), latex = to_latex(table), csv = to_csv(table);
    EXPECT_NE(markdown.find("| **a_model \\| 50%** | 83.33 |"), std::string::npos) << markdown;
    EXPECT_NE(markdown.find("- Model SHA-256: abc"), std::string::npos);
    EXPECT_NE(latex.find("a\\_model | 50\\% & 83.33"), std::string::npos) << latex;
    EXPECT_NE(latex.find("% questions pope_random.jsonl: SHA-256 "), std::string::npos);
    EXPECT_NE(latex.find("$-$1.86"), std::string::npos);
    EXPECT_EQ(latex.find("−"), std::string::npos);
    EXPECT_NE(csv.find("ours,a_model | 50%,83.3333"), std::string::npos) << csv;
    EXPECT_NE(csv.find("provenance,Model SHA-256,abc"), std::string::npos);
    results.provenance.model = "=HYPERLINK(1,2)";
    EXPECT_NE(to_csv(make_table({results}, {})).find("ours,\"'=HYPERLINK(1,2)\""),
              std::string::npos);
}

TEST(Tables, ShippedPublishedRowsFitTheColumns) {
    ::setenv("UNIVI_RESOURCES", (std::string(UNIVI_SOURCE_DIR) + "/resources").c_str(), 1);
    for (const Task task : {Task::Image, Task::Video, Task::ScienceQa, Task::VideoQa, Task::Pope}) {
        const auto rows = published_rows(task);
        ASSERT_FALSE(rows.empty());
        const Table table = make_table({}, rows);
        for (const TableRow& row : table.rows) EXPECT_FALSE(row.values.empty());
    }
    EXPECT_EQ(published_rows(Task::Pope)[0].questions.at("random").count, 2910u);
    EXPECT_DOUBLE_EQ(published_rows(Task::ScienceQa)[0].values.at("average"), 88.78);
    EXPECT_DOUBLE_EQ(published_rows(Task::Pope)[1].values.at("adversarial/yes_ratio"), 44.77);
}

TEST(ResultsFiles, GoThereAndBack) {
    const test::ScratchFolder folder;
    Results results = pope_results("m");
    results.provenance.seed = 7;
    results.sets[0].items[1].file = "/a/b.jpg";
    write_results(folder / "r.results.json", results);
    const Results back = read_results(folder / "r.results.json");
    EXPECT_EQ(to_json(back), to_json(results));
    EXPECT_EQ(back.sets[0].items[4].right, false);
    EXPECT_THROW(read_results(folder.write("bad.json", "{\"format\": 1}")), base::Error);
    EXPECT_THROW(read_results(folder.write("bad.json", "[]")), base::Error);
    EXPECT_EQ(results_path("x/answers.jsonl"), "x/answers.results.json");
}

/// Paths are any bytes; the file is UTF-8 and loses none of them.
TEST(ResultsFiles, KeepPathsOfAnyBytes) {
    const test::ScratchFolder folder;
    Results results = pope_results("mod\xE8le");
    results.model_folder = "/m/mod\xE8le";
    results.provenance.files.push_back({"questions", "qu\xE9.jsonl", "0"});
    results.sets[0].items[1].file = "/a/caf\xE9.jpg";
    results.sets[0].items[1].medium = "caf\xE9.jpg";
    results.sets[0].items[1].key = "caf\xE9.jpg\nWhat?";
    write_results(folder / "r.results.json", results);
    EXPECT_TRUE(base::is_utf8(base::read_file(folder / "r.results.json")));
    const Results back = read_results(folder / "r.results.json");
    EXPECT_EQ(back.provenance.model, results.provenance.model);
    EXPECT_EQ(back.provenance.files.back().name, "qu\xE9.jsonl");
    EXPECT_EQ(back.model_folder, "/m/mod\xE8le");
    EXPECT_EQ(back.sets[0].items[1].file, "/a/caf\xE9.jpg");
    EXPECT_EQ(back.sets[0].items[1].medium, "caf\xE9.jpg");
    EXPECT_EQ(back.sets[0].items[1].key, "caf\xE9.jpg\nWhat?");
    EXPECT_EQ(base::read_json_file(folder / "r.results.json")["sets"][0]["items"][1]["path_bytes"],
              "/a/caf%E9.jpg");
    for (const std::string& text :
         {to_markdown(make_table({back}, {})), to_csv(make_table({back}, {}))})
        EXPECT_TRUE(base::is_utf8(text)) << text;
}

TEST(Tables, CellsKnowTheirItems) {
    const auto set = read_question_set(Task::ScienceQa, sample("scienceqa_questions.json"));
    const auto answers = answered(set, {"", "", ""}, {"A", "B", "C"});
    const SetResult result = score_set(set, answers_in_order(set, answers), {});
    TableColumn column;
    column.metric = "G1-6";
    EXPECT_EQ(items_of(result, column), (std::vector<std::size_t>{0, 2}));
    column.metric = "average";
    EXPECT_EQ(items_of(result, column).size(), 3u);
}

}  // namespace
}  // namespace univi::eval
