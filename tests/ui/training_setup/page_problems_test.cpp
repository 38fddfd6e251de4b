// What a person is told about settings that cannot be started, and how they are mended.
#include <QPushButton>
#include <algorithm>

#include "page_support.h"
#include "tests/ui/qt_test.h"
#include "ui/training/setup/option_field.h"
#include "ui/training/setup/option_form_view.h"

namespace univi::ui {

class SetupPageProblemsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void fixesApply() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.form()->replace(home.tiny());
        page.form()->apply({{"bf16", "True"}, {"fp16", "True"}});
        page.checkNow();
        QCOMPARE(page.checks().first().level, RunCheck::Level::Error);
        page.take(page.checks().first());
        QVERIFY(page.form()->options().bf16 && !page.form()->options().fp16);
        for (const RunCheck& check : page.checks())
            QVERIFY2(check.level != RunCheck::Level::Error, qPrintable(check.sentence));
    }

    void wrongFieldsAreMarkedWithTheirSentence() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(906, 800);
        page.show();
        page.setFromCommand("univi-train --seed 1");
        page.form()->replace(home.tiny());
        page.form()->apply({{"bf16", "True"},
                            {"fp16", "True"},
                            {"learning_rate", "5000"},
                            {"model_name_or_path", "/no/such/model"}});
        page.checkNow();
        OptionField* rate = page.fields()->field("learning_rate");
        QVERIFY(rate->isWrong());
        QVERIFY2(rate->note().contains("must lie between"), qPrintable(rate->note()));
        QVERIFY(page.fields()->field("model_name_or_path")->note().contains("/no/such/model"));
        OptionField* half = page.fields()->field("fp16");
        QVERIFY2(half->isWrong() && half->note().contains("exclude each other"),
                 qPrintable(half->note()));
        // The button at the field does the same as the one beside.
        QPushButton* fix = half->findChild<QPushButton*>();
        QVERIFY(fix && !fix->isHidden());
        fix->click();
        QVERIFY(!page.form()->options().fp16 && !half->isWrong() && fix->isHidden());
        // A folded field that is wrong shows itself.
        page.form()->apply({{"adam_beta1", "7"}});
        page.checkNow();
        QVERIFY(page.fields()->field("adam_beta1")->isWrong());
        QVERIFY(page.fields()->field("adam_beta1")->isVisibleTo(&page));
    }

    /// A person at the form knows labels; flags stand in the command and in tool tips only.
    void sentencesSayLabels() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.form()->replace(home.tiny());
        const QList<QList<OptionChange>> troubles{
            {{"bf16", "True"}, {"fp16", "True"}},
            {{"bits", "4"}},
            {{"lora_enable", "True"}, {"tune_mm_mlp_adapter", "True"}},
            {{"evaluation_strategy", "steps"}},
            {{"group_by_length", "True"}, {"shuffle", "False"}},
            {{"learning_rate", "5000"}},
            {{"seed", "12x"}},
            {{"include", "localhost:x"}},
            {{"offload_optimizer", "cpu"}},
            {{"output_dir", "${stage2 save path}"}}};
        for (const QList<OptionChange>& changes : troubles) {
            page.form()->replace(home.tiny());
            page.form()->apply(changes);
            page.checkNow();
            QVERIFY(!page.checks().isEmpty());
            for (const RunCheck& check : page.checks())
                QVERIFY2(!check.sentence.contains("--"), qPrintable(check.sentence));
            for (const OptionField* field : page.fields()->findChildren<OptionField*>())
                QVERIFY2(!field->note().contains("--"), qPrintable(field->note()));
        }
    }

    void placeholdersAreNotTaken() {
        SetupHome home;
        RunSetupPage page(optionsOf(home));
        page.resize(906, 800);
        page.show();
        page.setFromCommand(
            "deepspeed train.py --model_name_or_path ${LLM model path} --output_dir ${stage1 save "
            "path} "
            "--pretrain_mm_mlp_adapter <projector of stage 1> --dataset_use $SET --vision_tower "
            "openai/clip-vit-large-patch14");
        page.checkNow();
        for (const char* name :
             {"model_name_or_path", "output_dir", "pretrain_mm_mlp_adapter", "dataset_use"}) {
            const OptionField* field = page.fields()->field(name);
            QVERIFY2(field->isWrong() && field->note().contains("placeholder"),
                     qPrintable(field->note()));
            QCOMPARE(std::ranges::count(page.checks(), QString::fromLatin1(name), &RunCheck::field),
                     1);
        }
        QVERIFY(!button(page, "Start")->isEnabled());
        const auto run_folder =
            std::ranges::find(page.checks(), QString("output_dir"), &RunCheck::field);
        page.take(*run_folder);
        QVERIFY(page.form()->text("output_dir").startsWith(home.path("runs")));
        QVERIFY(!page.fields()->field("output_dir")->isWrong());
    }
};

UNIVI_QT_TEST(SetupPageProblemsTest)

}  // namespace univi::ui

#include "page_problems_test.moc"
