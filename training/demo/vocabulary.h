#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace univi::training::demo {

/// Trains the demo's SentencePiece model (BPE with byte fallback, as LLaMA's: identity
/// normaliser, dummy prefix, ids unk 0, bos 1, eos 2) on the demo's own sentences. Returns the
/// bytes of tokenizer.model. Deterministic.
std::string train_vocabulary(const std::vector<std::string>& sentences, int size);

/// Sentences of pictures and clips of a seed, with the templates' words, which the vocabulary has
/// to know too.
std::vector<std::string> vocabulary_sentences(std::uint64_t seed, int scenes);

/// Id of `word` when "▁word" is one piece of the model, else -1.
class PieceFinder {
  public:
    explicit PieceFinder(const std::string& model_bytes);
    ~PieceFinder();
    int find(const std::string& word) const;
    int size() const;

  private:
    void* processor_;
};

}  // namespace univi::training::demo
