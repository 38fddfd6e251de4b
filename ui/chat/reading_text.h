#pragma once

#include "ui/chat/conversation_media.h"

namespace univi::ui {

/// "Reading street.mp4 · 3 of 8 frames", "Looking at cat.png…".
QString readingSentence(const ConversationMedia::Progress& progress);
/// How much of it was read, 0 to 1; negative: not known.
double readPart(const ConversationMedia::Progress& progress);

}  // namespace univi::ui
