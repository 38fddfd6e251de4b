#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "training/data/dataset.h"

namespace univi::training {

/// Names items for messages, each as Dataset::describe() does, with its id where it can be read.
std::vector<std::string> item_names(const Dataset& dataset, const std::vector<std::int64_t>& items);

/// The same in one line, of the first eight items: "a; b; and 3 more".
std::string list_items(const Dataset& dataset, std::vector<std::int64_t> items);

}  // namespace univi::training
