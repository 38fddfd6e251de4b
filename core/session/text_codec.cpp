#include "core/session/text_codec.h"

#include "core/base/error.h"
#include "core/session/loaded_model.h"
#include "core/session/model_folder_lookup.h"

namespace univi::session {

struct TextCodec::Impl {
    text::Tokenizer tokenizer;
};

TextCodec::TextCodec(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TextCodec::TextCodec(TextCodec&&) noexcept = default;
TextCodec::~TextCodec() = default;

TextCodec TextCodec::open(const EngineOptions& options) {
    const auto model = find_model_folder(options.model);
    const auto model_base = options.model_base.empty()
                                ? std::filesystem::path()
                                : find_model_folder(options.model_base, "base model");
    return TextCodec(std::make_unique<Impl>(Impl{load_tokenizer(model, model_base)}));
}

std::vector<std::int32_t> TextCodec::encode(const std::string& text) const {
    return impl_->tokenizer.encode_text(text, true);
}

std::string TextCodec::decode(const std::vector<std::int32_t>& ids) const {
    const int size = impl_->tokenizer.vocab_size();
    for (const auto id : ids)
        if (id < 0 || id >= size)
            throw base::Error(base::ErrorKind::Usage, "The id " + std::to_string(id) +
                                                          " is outside the vocabulary of " +
                                                          std::to_string(size) + " pieces.");
    return impl_->tokenizer.decode(ids);
}

}  // namespace univi::session
