#pragma once

#include <QString>
#include <filesystem>
#include <optional>

namespace univi::ui {

/// What a folder says about the model in it, without its weights being read.
struct ModelFacts {
    enum class Kind {
        Whole,     ///< sees pictures
        TextOnly,  ///< a language model alone
        Lora,      ///< an adapter over `base`
        Projector  ///< a stage-1 result over `base`
    };
    Kind kind = Kind::Whole;
    QString base;          ///< what it belongs to; empty: it says nothing
    QString dtype;         ///< of the stored weights; empty: it says nothing
    QString conversation;  ///< the prompt template that it names; empty: none
    QString licence;       ///< as its README's head says; empty: it says nothing
    qint64 bytes = 0;      ///< of the weights on disk
    qint64 cache = 0;      ///< keys and values of a full context in 16 bits; 0: not known
    int context = 0;       ///< tokens; 0: not known
};

/// Reads config.json or adapter_config.json, the list of the shards and the head of README.md.
/// Nothing where no model lies, or not all of its weights. Throws base::Error for what cannot be
/// read.
std::optional<ModelFacts> readModelFacts(const std::filesystem::path& folder);

/// One line: "Whole model  ·  float16  ·  14.1 GB  ·  …".
QString factsText(const ModelFacts& facts);

/// In which types it fits nine tenths of `memory` bytes, as far as its size tells; empty where it
/// is no model of its own.
QString fitText(const ModelFacts& facts, qint64 memory);

}  // namespace univi::ui
