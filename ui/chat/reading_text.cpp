#include "ui/chat/reading_text.h"

#include "ui/media/media_kind.h"
#include "ui/text/translate.h"

namespace univi::ui {

QString readingSentence(const ConversationMedia::Progress& progress) {
    const QString name = shortName(progress.medium);
    if (progress.frames_total <= 1) return tr("Looking at %1…").arg(name);
    return tr("Reading %1 · %2 of %3 frames")
        .arg(name)
        .arg(progress.frames_encoded)
        .arg(progress.frames_total);
}

double readPart(const ConversationMedia::Progress& progress) {
    return progress.frames_total > 1 ? double(progress.frames_encoded) / progress.frames_total : -1;
}

}  // namespace univi::ui
