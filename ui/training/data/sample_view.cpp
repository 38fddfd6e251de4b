#include "ui/training/data/sample_view.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/base/error.h"
#include "core/text/labels.h"

namespace univi::ui {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("SampleView", text);
}

/// Whether training would look at its media: they are named and a placeholder shows them.
bool showsMedia(const training::DataItem& item) {
    return item.media != training::DataItem::Media::None &&
           std::any_of(item.messages.begin(), item.messages.end(),
                       [](const text::Message& message) {
                           return message.value.find("<image>") != std::string::npos ||
                                  message.value.find("<video>") != std::string::npos;
                       });
}

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

void addTokens(SampleView& view, const text::LabeledIds& sample, const text::Tokenizer& tokenizer,
               qint64 most) {
    TokenTexts texts(tokenizer);
    for (std::size_t i = 0; i < sample.ids.size(); ++i) {
        SampleToken token = texts.next(sample.ids[i]);
        token.trained = sample.labels[i] != text::kIgnoreLabel;
        token.cut = qint64(i) >= most;
        const bool goes_on = token.kind == SampleToken::Kind::Media && !view.tokens.isEmpty() &&
                             view.tokens.last().kind == token.kind &&
                             view.tokens.last().cut == token.cut;
        if (goes_on && view.is_video)
            ++view.tokens.last().placeholders;
        else
            view.tokens.append(token);
    }
}

/// What training does beyond labelling: a sample without its media, or with a placeholder cut off,
/// has no loss.
void dropLoss(SampleView& view, const text::LabeledIds& sample, const SampleViewOptions& options) {
    const bool cut_media =
        std::any_of(view.tokens.begin(), view.tokens.end(), [](const SampleToken& token) {
            return token.cut && token.kind == SampleToken::Kind::Media;
        });
    if (!view.missing.isEmpty())
        view.problem = tr("%1 is in none of the folders: the sample has no loss.")
                           .arg(view.missing.join(QStringLiteral(", ")));
    else if (cut_media)
        view.problem =
            tr("A picture lies behind the longest sample of %1 tokens: the sample has no loss.")
                .arg(options.model_max_length);
    else if (sample.mismatch)
        view.problem =
            tr("The lengths of its rounds do not add up, so the sample has no loss: look for empty "
               "answers and role names.");
    if (!view.problem.isEmpty())
        for (SampleToken& token : view.tokens) token.trained = false;
}

void fill(SampleView& view, const training::Dataset& dataset, const training::DataItem& item,
          const text::Tokenizer& tokenizer, const SampleViewOptions& options) {
    view.is_video = item.media == training::DataItem::Media::Video;
    const bool has_media = showsMedia(item);
    for (const std::string& name : item.names) {
        const auto file = dataset.find_medium(item, name);
        view.media << QString::fromStdString(file.empty() ? name : file.string());
        if (file.empty() && has_media) view.missing << QString::fromStdString(name);
    }
    const int frames = view.is_video ? options.clip_frames : 1;
    const auto sample =
        text::label_conversation(tokenizer, text::find_template(options.conversation_template),
                                 text::expand_placeholders(item.messages, frames), has_media);
    addTokens(view, sample, tokenizer, options.model_max_length);
    dropLoss(view, sample, options);
    view.length = std::min<qint64>(qint64(sample.ids.size()), options.model_max_length);
    view.trained =
        std::count_if(view.tokens.begin(), view.tokens.end(),
                      [](const SampleToken& token) { return token.trained && !token.cut; });
    if (view.problem.isEmpty() && view.trained == 0)
        view.problem = tr("No word of it is learned: its answers are empty or cut off.");
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
