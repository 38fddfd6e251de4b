#pragma once

#include <QList>
#include <QString>
#include <QStringList>

#include "core/text/tokenizer.h"
#include "training/data/dataset.h"

namespace univi::ui {

/// One token of a training sample as it is shown.
struct SampleToken {
    enum class Kind { Text, Control, Media };
    Kind kind = Kind::Text;
    QString text;          ///< of a byte inside a character: empty until its last byte
    bool trained = false;  ///< has a label: the model learns to write it
    bool cut = false;      ///< behind --model_max_length: training never sees it
    int placeholders = 0;  ///< of Media: how many adjacent ones it stands for
};

/// A training sample as training would read it: its media, and its tokens with their label mask.
struct SampleView {
    qint64 index = 0;
    QString where;        ///< "chat.json:120, item 3 (id 17)"
    QStringList media;    ///< files in order; of a missing one the name alone
    QStringList missing;  ///< names that are in none of the folders
    bool is_video = false;
    QList<SampleToken> tokens;
    /// tokens within --model_max_length; placeholders counted one each
    qint64 length = 0, trained = 0;
    QString problem;  ///< why it has no loss or cannot be read; one sentence
};

struct SampleViewOptions {
    std::string conversation_template = "v1";
    qint64 model_max_length = 2048;
    /// Frames that stand for a clip: the window opens no videos, so the number may differ from
    /// what training samples.
    int clip_frames = 8;
};

/// Reads and labels item `index` with training's own code. Never throws for a bad item: `problem`
/// says what is wrong.
SampleView viewSample(const training::Dataset& dataset, std::size_t index,
                      const text::Tokenizer& tokenizer, const SampleViewOptions& options);

}  // namespace univi::ui
