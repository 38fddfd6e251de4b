// The two published commands with small models and paths put in: stage 1's projector feeds stage 2,
// whose result is asked.
#include <gmock/gmock.h>

#include <iterator>
#include <sstream>

#include "core/model/checkpoint_folder.h"
#include "core/model/torch_file.h"
#include "core/model/weight_source.h"
#include "tests/support/process.h"
#include "training_support.h"

namespace univi::training {
namespace {

using ::testing::HasSubstr;
using ::univi::test::run_process;
using namespace std::chrono_literals;
using test::Json;
using test::ScratchFolder;
using Words = std::vector<std::string>;

const test::fs::path kModels = test::golden() / "models";

Words words(const std::string& line) {
    std::istringstream stream(line);
    return {std::istream_iterator<std::string>(stream), std::istream_iterator<std::string>()};
}

/// A published command as its script has it, `line` completed by what both stages share;
/// run in `folder`.
univi::test::ProcessResult run_published(const ScratchFolder& folder, const std::string& line) {
    Words command = words(line +
                          " --version v1 --vision_tower openai/clip-vit-tiny-patch14 "
                          "--mm_vision_select_layer -2 --mm_use_im_start_end False"
                          " --mm_use_im_patch_token False --bf16 True "
                          "--per_device_train_batch_size 16 --per_device_eval_batch_size 4"
                          " --gradient_accumulation_steps 1 --evaluation_strategy no "
                          "--save_strategy steps --save_total_limit 1"
                          " --weight_decay 0. --warmup_ratio 0.03 --lr_scheduler_type cosine "
                          "--logging_steps 1 --tf32 True"
                          " --model_max_length 2048 --gradient_checkpointing True "
                          "--dataloader_num_workers 4 --lazy_preprocess True"
                          " --report_to wandb");
    command.insert(command.begin(), std::string(UNIVI_BIN_DIR) + "/univi-train");
    return run_process({command, folder.path().string(), {{"OMP_NUM_THREADS", "1"}}}, {}, 240s);
}

/// The scripts' folders: models beside each other, data under their published
/// names, DeepSpeed's settings.
void furnish(const ScratchFolder& folder) {
    test::fs::create_directory_symlink(kModels / "tinyA-base", folder / "vicuna");
    test::fs::create_directory_symlink(kModels / "openai", folder / "openai");
    test::fs::copy(test::fs::path(UNIVI_SOURCE_DIR) / "resources/training", folder / "scripts");
    Json list;
    for (const auto& [name, file] :
         {std::pair("Pretrain", "stage1"), std::pair("FINETUNE", "stage2")})
        list[name] = {
            {{"chat_path",
              (test::golden() / "data" / ("train_chat_" + std::string(file) + ".json")).string()},
             {"inputs", (test::golden() / "inputs").string()}}};
    test::write(folder / "datasets.json", list.dump());
}

TEST(PublishedCommands, BothStagesThenAChat) {
    ScratchFolder folder;
    furnish(folder);
    const auto first = run_published(
        folder,
        "--include localhost:0,1 --master_port=29602 ChatUniVi/train/train_mem.py --deepspeed "
        "scripts/zero3.json"
        " --model_name_or_path vicuna --model_use PRETUNE --dataset_use Pretrain "
        "--tune_mm_mlp_adapter True"
        " --output_dir out/stage1 --num_train_epochs 1 --save_steps 24000 --learning_rate 2e-3");
    ASSERT_EQ(first.exit_code, 0) << first.err;
    const auto projector = model::read_torch_file(folder / "out/stage1/mm_projector.bin");
    EXPECT_EQ(projector.size(), 2U);

    const auto second = run_published(
        folder,
        "--include localhost:0,1 --master_port=29601 ChatUniVi/train/train_mem.py --deepspeed "
        "scripts/zero2.json"
        " --model_name_or_path vicuna --model_use FINETUNE --dataset_use FINETUNE"
        " --pretrain_mm_mlp_adapter out/stage1/mm_projector.bin"
        " --output_dir out/stage2 --num_train_epochs 2 --save_steps 50000 --learning_rate 2e-5");
    ASSERT_EQ(second.exit_code, 0) << second.err;
    const Json run = test::read_json(folder / "out/stage2/run.json");
    EXPECT_EQ(run["ranks"], 2);
    EXPECT_EQ(run["parallel"]["zero_optimization"]["stage"], 2);
    EXPECT_EQ(run["total_steps"], 2);  // 8 samples, 16 a rank
    // Stage 2 went on from stage 1's projector: two small steps away from it.
    const auto result = model::read_checkpoint_folder(folder / "out/stage2");
    for (const auto& [name, view] : projector) {
        const at::Tensor from = model::to_tensor(view).to(at::kFloat),
                         to = model::to_tensor(result.at(name)).to(at::kFloat);
        EXPECT_LT((to - from).abs().max().item<double>(), 1e-3) << name;
    }

    const auto chat = run_process(
        {{std::string(UNIVI_BIN_DIR) + "/univi-cli", "chat", "--model", "out/stage2",
          "--vision-tower", (kModels / "openai/clip-vit-tiny-patch14").string(), "--image",
          (test::golden() / "inputs/HappyFish.jpg").string(), "--conv", "v1", "--json",
          "--temperature", "0", "--max-new-tokens", "8", "--prompt", "What is in the image?"},
         folder.path().string()});
    ASSERT_EQ(chat.exit_code, 0) << chat.err;
    const Json turn = Json::parse(chat.out.substr(0, chat.out.find('\n')));
    EXPECT_EQ(turn["visual_tokens"], 112);
    EXPECT_FALSE(turn["ids"].empty());
}

}  // namespace
}  // namespace univi::training
