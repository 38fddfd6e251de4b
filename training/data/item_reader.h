#pragma once

#include <cstddef>
#include <string>

#include "training/data/data_item.h"
#include "training/data/item_index.h"

namespace univi::training {

/// Names an item for messages: "chat.json:120, item 3 (id 17)". An empty `id` is left out.
std::string item_name(const ItemIndex& index, std::size_t position, const std::string& id);

/// Reads one item of a list. Two forms are known, also mixed: the reference's ("conversations" of
/// "from" human or gpt and "value") and the common one of chats ("messages" of "role" user,
/// assistant or system and "content", a text or a list of text, image and video parts). An "image"
/// or "video" that is null or empty is none. Throws ItemError for what is wrong with the item.
DataItem read_item(const ItemIndex& index, std::size_t position, bool allow_absolute_media);

}  // namespace univi::training
