#pragma once

#include "core/model/config_fields.h"
#include "core/model/language_config.h"

namespace univi::model {

/// Reads how positions become angles from config.json into the `rope_` fields of `config`:
/// `rope_theta`, `rope_scaling` and, as transformers 5 writes them, `rope_parameters`, also nested
/// by layer type. Needs max_position_embeddings to be read already.
/// Throws Error{Model} by name for kinds that are not computed, for entries that contradict each
/// other and for values out of range; nothing is ever taken for plain rotary that is not.
void read_rotary(const ConfigFields& fields, LanguageConfig& config);

}  // namespace univi::model
