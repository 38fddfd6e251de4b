#pragma once

namespace univi::model {

/// LLaMA decoder (config.json).
struct LanguageConfig {
    int hidden_size = 4096, intermediate_size = 11008, num_layers = 32;
    int num_heads = 32, num_kv_heads = 32, vocab_size = 32000;
    int head_dim = 128;
    int max_position_embeddings = 2048;
    double rms_norm_eps = 1e-6;
    double rope_theta = 10000;
    enum class RopeScaling { None, Linear, Dynamic, Llama3, Yarn } rope_scaling = RopeScaling::None;
    double rope_scaling_factor = 1;
    int rope_original_positions = 0;  ///< Llama3, Yarn: the context before it was extended
    double rope_low_freq_factor = 1, rope_high_freq_factor = 4;  ///< Llama3
    double rope_beta_fast = 32, rope_beta_slow = 1;              ///< Yarn
    bool rope_truncate = true;         ///< Yarn: its borders are whole dimensions
    double rope_attention_factor = 1;  ///< Yarn: what cosines and sines are multiplied by
    bool tie_word_embeddings = false;
    int bos_token_id = 1, eos_token_id = 2, pad_token_id = 0;
};

}  // namespace univi::model
