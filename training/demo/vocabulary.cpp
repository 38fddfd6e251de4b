#include "training/demo/vocabulary.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <memory>
#include <unordered_map>

#include "core/base/error.h"
#include "training/demo/clip.h"
#include "training/demo/kinds.h"
#include "training/demo/question.h"
#include "training/demo/scene.h"

namespace univi::training::demo {
namespace {

class Sentences : public sentencepiece::SentenceIterator {
  public:
    explicit Sentences(const std::vector<std::string>& list) : list_(list) {}
    bool done() const override { return next_ >= list_.size(); }
    void Next() override { ++next_; }
    const std::string& value() const override { return list_[next_]; }
    sentencepiece::util::Status status() const override { return {}; }

  private:
    const std::vector<std::string>& list_;
    std::size_t next_ = 0;
};

void check(const sentencepiece::util::Status& status) {
    if (!status.ok())
        throw base::Error(
            base::ErrorKind::Internal,
            "SentencePiece could not make the vocabulary: " + status.ToString() + ".");
}

const sentencepiece::SentencePieceProcessor& as_processor(const void* p) {
    return *static_cast<const sentencepiece::SentencePieceProcessor*>(p);
}

}  // namespace

std::string train_vocabulary(const std::vector<std::string>& sentences, int size) {
    const std::unordered_map<std::string, std::string> options = {
        {"model_type", "bpe"},
        {"vocab_size", std::to_string(size)},
        {"byte_fallback", "true"},
        {"normalization_rule_name", "identity"},
        {"add_dummy_prefix", "true"},
        {"remove_extra_whitespaces", "false"},
        {"split_digits", "true"},
        {"character_coverage", "1.0"},
        {"hard_vocab_limit", "false"},
        {"num_threads", "1"},
        {"unk_id", "0"},
        {"bos_id", "1"},
        {"eos_id", "2"},
        {"pad_id", "-1"},
        {"minloglevel", "2"}};
    Sentences iterator(sentences);
    std::string model;
    check(sentencepiece::SentencePieceTrainer::Train(options, &iterator, &model));
    return model;
}

std::vector<std::string> vocabulary_sentences(std::uint64_t seed, int scenes) {
    const StampLibrary stamps;
    std::vector<std::string> out;
    const auto add = [&](const std::vector<QuestionAnswer>& questions) {
        for (const QuestionAnswer& question : questions)
            out.push_back(question.question), out.push_back(question.answer);
    };
    for (int i = 0; i < scenes; ++i) {
        Random random = Random::of(seed, std::uint64_t(i));
        add(picture_questions(random_scene(random, stamps), random));
        if (i % 2 == 0) add(clip_questions(random_clip(random, stamps), random));
    }
    // Whatever a person types has characters of its own; the templates' sentences stand
    // before every question.
    std::string characters;
    for (char c = ' '; c <= '~'; ++c) characters += c;
    for (const Kind& kind : kinds())
        for (int i = 0; i < 150; ++i)
            out.push_back(std::string(kind.name) + " " + std::string(kind.plural));
    const std::string templates =
        "A chat between a curious user and an artificial intelligence assistant. The assistant "
        "gives helpful, detailed, and polite answers to the user's questions. USER: ASSISTANT: "
        "Human: Assistant: ### human human's";
    for (int i = 0; i < 200; ++i) {
        out.push_back(characters);
        out.push_back(templates);
    }
    return out;
}

PieceFinder::PieceFinder(const std::string& model_bytes) {
    auto processor = std::make_unique<sentencepiece::SentencePieceProcessor>();
    check(processor->LoadFromSerializedProto(model_bytes));
    processor_ = processor.release();
}

PieceFinder::~PieceFinder() {
    delete static_cast<sentencepiece::SentencePieceProcessor*>(processor_);
}

int PieceFinder::find(const std::string& word) const {
    const int id = as_processor(processor_).PieceToId("\xE2\x96\x81" + word);
    return id == as_processor(processor_).unk_id() ? -1 : id;
}

int PieceFinder::size() const {
    return as_processor(processor_).GetPieceSize();
}

}  // namespace univi::training::demo
