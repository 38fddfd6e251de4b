#pragma once

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "training/options/command_text.h"
#include "training/options/options.h"

namespace univi::ui {

constexpr int kWaitMs = 60'000;

inline QString golden(const QString& name) {
    return QStringLiteral(UNIVI_GOLDEN "/") + name;
}

/// The two published commands, with folders of the caller for what they leave open.
inline QString publishedCommand(int stage, const QString& model = QStringLiteral("vicuna-7b"),
                                const QString& output = QStringLiteral("out")) {
    const QString both = QStringLiteral(
        "  --evaluation_strategy \"no\" --save_strategy \"steps\" --save_total_limit 1 "
        "--weight_decay 0. --warmup_ratio 0.03 \\\n"
        "  --lr_scheduler_type \"cosine\" --logging_steps 1 --tf32 True --model_max_length 2048 "
        "--gradient_checkpointing True \\\n"
        "  --dataloader_num_workers 4 --lazy_preprocess True --report_to wandb\n");
    const QString model_flags =
        QStringLiteral(
            "  --model_name_or_path %1 --version v1 --vision_tower openai/clip-vit-large-patch14 "
            "--mm_vision_select_layer -2 \\\n"
            "  --mm_use_im_start_end False --mm_use_im_patch_token False --bf16 True --output_dir "
            "%2 \\\n"
            "  --per_device_train_batch_size 16 --per_device_eval_batch_size 4 "
            "--gradient_accumulation_steps 1 \\\n")
            .arg(model, output);
    if (stage == 1)
        return QStringLiteral(
                   "deepspeed --include localhost:0,1,2,3,4,5,6,7 --master_port=29602 "
                   "ChatUniVi/train/train_mem.py \\\n"
                   "  --deepspeed scripts/zero3.json --model_use PRETUNE --dataset_use Pretrain "
                   "--tune_mm_mlp_adapter True \\\n"
                   "  --num_train_epochs 1 --save_steps 24000 --learning_rate 2e-3 \\\n") +
               model_flags + both;
    return QStringLiteral(
               "deepspeed --include localhost:0,1,2,3,4,5,6,7 --master_port=29601 "
               "ChatUniVi/train/train_mem.py \\\n"
               "  --deepspeed scripts/zero2.json --model_use FINETUNE --dataset_use FINETUNE \\\n"
               "  --pretrain_mm_mlp_adapter stage1/mm_projector.bin --num_train_epochs 2 "
               "--save_steps 50000 --learning_rate 2e-5 \\\n") +
           model_flags + both;
}

/// The words of a command, as a shell would give them to the program.
inline std::vector<std::string> shellWords(QString command) {
    command.replace(QLatin1String("\\\n"), QLatin1String(" "));
    std::vector<std::string> words;
    for (QString word : command.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        word = word.trimmed();
        word.remove(QLatin1Char('"'));
        if (!word.isEmpty()) words.push_back(word.toStdString());
    }
    return words;
}

inline void writeFile(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(bytes);
}

/// A throw-away home, and tiny data: eight golden samples, of which one lacks its
/// picture when `broken`.
class SetupHome {
  public:
    SetupHome() {
        qputenv("XDG_DATA_HOME", path("data").toUtf8());
        qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
        qputenv("HF_HUB_CACHE", path("hub").toUtf8());
        qputenv("UNIVI_TRAIN", UNIVI_BIN_DIR "/univi-train");
        qputenv("UNIVI_RESOURCES", UNIVI_SOURCE_DIR "/resources");
        qputenv("UNIVI_NVML", path("no-such-library.so").toUtf8());
        qputenv("OMP_NUM_THREADS", "1");
    }
    QString path(const QString& name) const { return folder_.filePath(name); }

    QString datasets() const {
        writeFile(path("datasets.json"),
                  QStringLiteral("{\"stage2\": [{\"chat_path\": \"%1\", \"inputs\": \"%2\"}]}")
                      .arg(golden("data/train_chat_stage2.json"), golden("inputs"))
                      .toUtf8());
        return path("datasets.json");
    }
    /// Five items: good, missing picture, no JSON object, unequal placeholders, empty answer.
    QString brokenDatasets() const {
        writeFile(
            path("bad.json"),
            "[\n"
            R"({"id": "a", "image": "messi5.jpg", "conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "A player."}]},)"
            "\n"
            R"({"id": "b", "image": "gone.jpg", "conversations": [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "Nothing."}]},)"
            "\n"
            R"({"id": "c", "conversations": "none"},)"
            "\n"
            R"({"id": "d", "conversations": [{"from": "human", "value": "One?"}, {"from": "gpt", "value": "Yes."}]})"
            "\n"
            "]\n");
        writeFile(path("bad-sets.json"),
                  QStringLiteral("{\"bad\": {\"chat_path\": \"bad.json\", \"inputs\": \"%1\"}}")
                      .arg(golden("inputs"))
                      .toUtf8());
        return path("bad-sets.json");
    }
    /// Settings that would train the tiny model.
    training::TrainOptions tiny() const {
        training::TrainOptions options;
        options.model_name_or_path = golden("models/tinyA-base").toStdString();
        options.vision_tower = golden("models/openai/clip-vit-tiny-patch14").toStdString();
        options.pretrain_mm_mlp_adapter =
            golden("models/tinyA-base-stage1/mm_projector.bin").toStdString();
        options.datasets = datasets().toStdString();
        options.dataset_use = "stage2";
        options.output_dir = path("run").toStdString();
        options.learning_rate = 2e-5;
        return options;
    }

  private:
    QTemporaryDir folder_;
};

}  // namespace univi::ui
