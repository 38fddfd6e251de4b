#include "ui/training/data/sample_view.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/text/labels.h"
#include "training/data/sample_text.h"
#include "ui/text/translate.h"

namespace univi::ui {
namespace {

/// Text of tokens one by one; a character of several byte tokens comes with its last one.
class TokenTexts {
  public:
    explicit TokenTexts(const text::Tokenizer& tokenizer)
        : tokenizer_(tokenizer), decoder_(tokenizer) {}

    SampleToken next(std::int32_t id) {
        SampleToken token;
        if (id == text::kImageToken) {
            decoder_ = text::StreamDecoder(tokenizer_);
            token.kind = SampleToken::Kind::Media;
            token.placeholders = 1;
        } else if (const auto control = controlText(id); !control.isEmpty()) {
            token.kind = SampleToken::Kind::Control;
            token.text = control;
        } else {
            const auto piece = tokenizer_.piece(id);
            token.text = piece.kind == text::Tokenizer::Piece::Kind::Text
                             ? QString::fromUtf8(piece.text.data(), qsizetype(piece.text.size()))
                             : QString::fromStdString(decoder_.push(id));
        }
        return token;
    }

  private:
    QString controlText(std::int32_t id) const {
        for (const char* name : {"<s>", "</s>", "<unk>"})
            if (tokenizer_.control_id(name) == id) return QString::fromLatin1(name);
        return {};
    }

    const text::Tokenizer& tokenizer_;
    text::StreamDecoder decoder_;
};

void addTokens(SampleView& view, const training::SampleText& sample,
               const text::Tokenizer& tokenizer) {
    TokenTexts texts(tokenizer);
    for (std::size_t i = 0; i < sample.ids.size(); ++i) {
        SampleToken token = texts.next(sample.ids[i]);
        token.trained = sample.labels[i] != text::kIgnoreLabel;
        token.cut = qint64(i) >= sample.kept;
        const bool goes_on = token.kind == SampleToken::Kind::Media && !view.tokens.isEmpty() &&
                             view.tokens.last().kind == token.kind &&
                             view.tokens.last().cut == token.cut;
        if (goes_on && view.is_video)
            ++view.tokens.last().placeholders;
        else
            view.tokens.append(token);
    }
}

/// Why training does not learn from the sample; empty when it does.
QString problemOf(const training::SampleText& sample, const SampleView& view,
                  const SampleViewOptions& options) {
    using training::Verdict;
    switch (sample.verdict()) {
        case Verdict::Learns:
            return {};
        case Verdict::LacksMedia:
            return tr("%1 is in none of the folders: the sample has no loss.")
                .arg(view.missing.join(QStringLiteral(", ")));
        case Verdict::CutsMedia:
            return tr("A picture lies behind the longest sample of %1 tokens: the sample has no "
                      "loss.")
                .arg(options.model_max_length);
        case Verdict::RoundsMismatch:
            return tr(
                "The lengths of its rounds do not add up, so the sample has no loss: look "
                "for empty answers and role names.");
        case Verdict::NothingToLearn:
            return tr("No word of it is learned: its answers are empty or cut off.");
    }
    return {};
}

void fill(SampleView& view, const training::Dataset& dataset, const training::DataItem& item,
          const text::Tokenizer& tokenizer, const SampleViewOptions& options) {
    view.is_video = item.media == training::DataItem::Media::Video;
    const bool has_media = training::shows_media(item);
    for (const std::string& name : item.names) {
        const auto file = dataset.find_medium(item, name);
        view.media << QString::fromStdString(file.empty() ? name : file.string());
        if (file.empty() && has_media) view.missing << QString::fromStdString(name);
    }
    const training::SampleRules rules{text::find_template(options.conversation_template),
                                      options.model_max_length};
    const training::SampleText sample = training::judge(
        item, tokenizer, rules,
        {view.is_video ? options.clip_frames : 1, /*is_missing=*/!view.missing.isEmpty()});
    addTokens(view, sample, tokenizer);
    view.length = sample.kept;
    view.trained = sample.learned();
    view.problem = problemOf(sample, view, options);
}

}  // namespace

SampleView viewSample(const training::Dataset& dataset, std::size_t index,
                      const text::Tokenizer& tokenizer, const SampleViewOptions& options) {
    SampleView view;
    view.index = qint64(index);
    try {
        view.where = QString::fromStdString(dataset.describe(index));
        const training::DataItem item = dataset.item(index);
        view.where = QString::fromStdString(dataset.describe(item));
        fill(view, dataset, item, tokenizer, options);
    } catch (const base::Error& error) {
        view.problem = QString::fromUtf8(error.what());
    }
    return view;
}

}  // namespace univi::ui
