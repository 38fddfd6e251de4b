#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/stop_token.h"

namespace univi::training::demo {

/// How much of everything. `small` proves the chain in a few minutes; `full` is what the shipped
/// model was made with.
struct RecipeSize {
    std::string name;
    std::int64_t tower_steps = 0;
    int pictures = 0, clips = 0, rounds = 0;  ///< training scenes; conversations of each
    std::int64_t question_steps = 0;          ///< of two batches each
    int held_out_pictures = 0, held_out_clips = 0;
};
/// throws Error{Usage} naming the known sizes
const RecipeSize& recipe_size(const std::string& name);

struct RecipeOptions {
    /// everything in between; a second start goes on where the first stopped
    std::filesystem::path work;
    std::filesystem::path result;  ///< the finished model folder
    RecipeSize size;
    std::filesystem::path train_program;  ///< univi-train; empty: beside this program
    std::string until;                    ///< stop after this step; empty: all
    int threads = 1;
    int batch_size = 8;
    bool bf16 = true;
    double learning_rate = 8e-4;
};

/// scenes -> tower -> init -> questions -> export -> evaluate. Each finished step leaves a mark in
/// `work` and is not repeated; the trainings inside a step resume by themselves. Throws
/// Error{Stopped} when stopped, Error when a step fails.
void run_recipe(const RecipeOptions& options, const base::StopToken& stop);
/// The steps' names in order.
const std::vector<std::string>& recipe_steps();

/// Copies a trained folder with its weights as fp16 and its tower as vision_tower/ inside, named
/// relatively: what is shipped.
void export_model(const std::filesystem::path& trained, const std::filesystem::path& tower,
                  const std::filesystem::path& result);

}  // namespace univi::training::demo
