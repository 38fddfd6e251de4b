#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace univi::training {

struct OptionFace;

/// Rewrites a sentence of the program for a person at a form: every flag becomes the label of its
/// field, with the value behind it. "--bf16 and --fp16 exclude each other." becomes
/// "“bf16” and “fp16” exclude each other.", "--bits 4 freezes" becomes "“Bits of the base: 4”
/// freezes". Flags that have no field stay as they are.
/// `label` says how a field is called; without one by its English label.
using LabelOf = std::function<std::string(const OptionFace&)>;
std::string with_labels(std::string_view sentence, const LabelOf& label = {});

/// The first placeholder of `text` that nobody filled in: "${stage1 save path}", "$BASE",
/// "<your folder>", "{output_dir}". Empty when there is none.
std::string placeholder_in(std::string_view text);

}  // namespace univi::training
