#include "tests/ui/qt_test.h"

#include <nlohmann/json.hpp>

#include "setup_support.h"
#include "training/options/option_check.h"
#include "training/options/option_form.h"
#include "ui/training/setup/run_form.h"

namespace univi::ui {

using training::read_command;

namespace {

/// What univi-train makes of the words after the program's name.
training::TrainOptions parsed(std::vector<std::string> words) {
    words.erase(words.begin());
    return training::parse_command_line(words);
}

bool sameOptions(const training::TrainOptions& a, const training::TrainOptions& b) {
    return training::to_json(a) == training::to_json(b);
}

std::vector<std::string> std_strings(const QStringList& list) {
    std::vector<std::string> result;
    for (const QString& each : list) result.push_back(each.toStdString());
    return result;
}

}  // namespace

class CommandTextTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void publishedCommandsAsTheTrainerReadsThem() {
        for (const int stage : {1, 2}) {
            const QString text = publishedCommand(stage);
            const training::ReadCommand command = read_command(text.toStdString());
            QVERIFY2(command.problems.empty(),
                     command.problems.empty() ? "" : command.problems[0].c_str());
            QCOMPARE(command.program, std::string("deepspeed"));
            QVERIFY(sameOptions(command.options, parsed(shellWords(text))));
            QCOMPARE(command.options.num_train_epochs, stage == 1 ? 1.0 : 2.0);
        }
    }

    void argumentsGiveTheSameOptionsAgain() {
        for (const int stage : {1, 2}) {
            const training::ReadCommand command =
                read_command(publishedCommand(stage).toStdString());
            RunForm form;
            form.replace(command.options, command.flags, command.kept);
            QVERIFY(sameOptions(training::parse_command_line(std_strings(form.arguments())),
                                command.options));
            // In the order and the spelling they were pasted in.
            QCOMPARE(form.arguments().mid(0, 4),
                     QStringList({"--include", "localhost:0,1,2,3,4,5,6,7", "--master_port",
                                  stage == 1 ? "29602" : "29601"}));
            QVERIFY(form.command("univi-train")
                        .contains(stage == 1 ? "--learning_rate 2e-3" : "--learning_rate 2e-5"));
            QVERIFY(form.command("univi-train").contains("--tf32 True"));
            // What is shown is what runs.
            const training::ReadCommand again =
                read_command(form.command("univi-train").toStdString());
            QCOMPARE(again.program, std::string("univi-train"));
            QVERIFY(sameOptions(again.options, command.options));
            // A changed value is written anew, where it stood.
            form.setText("learning_rate", "1e-4");
            QVERIFY(form.arguments().contains("1e-4"));
            QVERIFY(!form.arguments().contains(stage == 1 ? "2e-3" : "2e-5"));
        }
    }

    void shellForms() {
        const auto options = [](const char* text) { return read_command(text).options; };
        QCOMPARE(
            options("#!/bin/bash\n# stage 1\nexport OUT='my runs/one'\nCUDA_VISIBLE_DEVICES=2,3 "
                    "torchrun --nproc_per_node=2 --master_port 29700 "
                    "train_mem.py --output_dir \"${OUT}\" --bf16 True > log.txt 2>&1 &\n")
                .output_dir,
            std::string("my runs/one"));
        QCOMPARE(options("CUDA_VISIBLE_DEVICES=2,3 torchrun --nproc_per_node=2 "
                         "x/train/train_mem.py --bf16 True")
                     .include,
                 std::string("localhost:2,3"));
        QCOMPARE(options("torchrun --nproc-per-node 4 --standalone univi-train --bf16").include,
                 std::string("localhost:0,1,2,3"));
        QVERIFY(options("torchrun --nproc-per-node 4 --standalone univi-train --bf16").bf16);
        QCOMPARE(
            options("python -m torch.distributed.run --nproc_per_node 2 train.py --seed 7").seed,
            std::int64_t(7));
        QCOMPARE(options("nohup univi-train --output_dir a\\ b --seed 1 | tee log").output_dir,
                 std::string("a b"));
        QCOMPARE(options("--seed 3 \\\r\n --max_steps 5").max_steps, std::int64_t(5));
        QCOMPARE(options("cd somewhere && deepspeed t/train/train_mem.py --seed 4; echo done").seed,
                 std::int64_t(4));
        QVERIFY(!options("univi-train --no_shuffle").shuffle);
        QCOMPARE(options("univi-train --no_cuda").device, std::string("cpu"));
    }

    void problemsAreNamed() {
        const auto command = read_command(
            "deepspeed --include localhost:0 train_mem.py --learning_rat 1e-3 --bf16 perhaps "
            "--seed 5 "
            "--hostfile h --fsdp full");
        QCOMPARE(command.options.seed, std::int64_t(5));
        QCOMPARE(command.problems.size(), std::size_t(4));
        QVERIFY(command.problems[0].find("learning_rat;") != std::string::npos);
        QVERIFY(command.problems[0].find("--learning_rate") != std::string::npos);
        QVERIFY(command.problems[1].find("bf16") != std::string::npos);
        QCOMPARE(read_command("echo hello").problems.size(), std::size_t(1));
        QVERIFY(!read_command("univi-train --output_dir 'open").problems.empty());
        // Flags without effect are kept as they were.
        const auto kept = read_command("univi-train --ddp_timeout 1800 --seed 1");
        QCOMPARE(kept.kept, std::vector<std::string>({"--ddp_timeout", "1800"}));
        QCOMPARE(training::make_arguments(kept.options, kept.flags, kept.kept),
                 std::vector<std::string>({"--seed", "1", "--ddp_timeout", "1800"}));
    }

    void everyOptionHasAField() {
        std::size_t fields = 0, hidden = 0;
        for (const auto& group : training::option_form()) {
            QVERIFY(!group.faces.empty());
            fields += group.faces.size();
            for (const auto& face : group.faces) QVERIFY2(!face.label.empty(), face.row->name);
        }
        for (const auto& row : training::option_table())
            hidden += training::option_face(row).editor == training::OptionEditor::Hidden;
        QCOMPARE(fields + hidden, training::option_table().size());
        // Each value survives its text.
        training::TrainOptions options;
        for (const auto& row : training::option_table())
            training::set_option(options, row, training::option_text(options, row));
        QVERIFY(sameOptions(options, {}));
    }

    void formRoundTrip() {
        RunForm form;
        QSignalSpy changed(&form, &RunForm::changed);
        form.setText("per_device_train_batch_size", "12");
        QCOMPARE(form.options().per_device_train_batch_size, std::int64_t(12));
        QVERIFY(form.isChanged("per_device_train_batch_size"));
        form.setText("per_device_train_batch_size", "many");
        QVERIFY(form.problem("per_device_train_batch_size").contains("number"));
        QCOMPARE(form.shownText("per_device_train_batch_size"), QString("many"));
        QCOMPARE(form.options().per_device_train_batch_size, std::int64_t(12));
        form.reset("per_device_train_batch_size");
        // What is being typed stays as it is typed.
        for (const char* text : {"0", "0.", "0.0", "0.03"}) {
            form.setText("warmup_ratio", text);
            QCOMPARE(form.shownText("warmup_ratio"), QString::fromLatin1(text));
        }
        form.reset("warmup_ratio");
        QVERIFY(!form.isChanged("per_device_train_batch_size"));
        QVERIFY(form.wrongNames().isEmpty());
        form.setText("output_dir", "a folder/with 'quotes'");
        const auto again = read_command(form.command("univi-train").toStdString());
        QCOMPARE(QString::fromStdString(again.options.output_dir),
                 QString("a folder/with 'quotes'"));
        QVERIFY(changed.count() >= 4);
        // Another way of using the program is no setting of a run.
        training::TrainOptions plan;
        plan.plan = plan.check_data = true;
        form.replace(plan, {{"plan", "True"}});
        QVERIFY(form.arguments().isEmpty());
    }
};

UNIVI_QT_TEST(CommandTextTest)

}  // namespace univi::ui

#include "command_text_test.moc"
