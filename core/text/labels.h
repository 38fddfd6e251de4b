#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/text/conversation_template.h"
#include "core/text/tokenizer.h"

namespace univi::text {

inline constexpr std::int32_t kIgnoreLabel = -100;

/// A message of a training conversation as the dataset has it ("human" / "gpt", value with
/// `<image>` placeholders). The first one may be from "system": its value takes the place of the
/// template's system text.
struct Message {
    std::string from, value;
};

/// Token ids and labels of one training sample; same length, kImageToken for placeholders,
/// kIgnoreLabel where no loss.
struct LabeledIds {
    std::vector<std::int32_t> ids, labels;
    /// round lengths did not add up: the whole sample is ignored (upstream warns)
    bool mismatch = false;
};

/// preprocess_v1 / preprocess_simple / preprocess_plain of ChatUniVi/train/train.py, fast-tokenizer
/// ids (legacy true). `messages` after expand_placeholders; llama_2 works as v1 does. Message text
/// never becomes a control token: "</s>" inside a message stays characters, and makes a v1 sample a
/// mismatch as upstream. Without `has_image` (a text-only sample) `<image>` is plain characters
/// too. Throws Error{Format} when speakers do not take turns or plain lacks its picture.
LabeledIds label_conversation(const Tokenizer& tokenizer,
                              const ConversationTemplate& conversation_template,
                              const std::vector<Message>& messages, bool has_image = true);

/// preprocess_multimodal: placeholders at the end of a message move to its front, `<video>` becomes
/// `num_frames` placeholders, each `<image>` and each video gets a newline after it, blank lines
/// close up. At most 64 pictures in a run.
std::vector<Message> expand_placeholders(std::vector<Message> messages, int num_frames);

}  // namespace univi::text
