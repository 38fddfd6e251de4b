// Adapters as PEFT 0.21 writes them: what is computed equals its formulas, the rest is
// refused by name.
#include <nlohmann/json.hpp>

#include "core/model/lora.h"
#include "core/model/safetensors.h"
#include "tests/core/model/golden.h"
#include "tests/support/scratch_folder.h"

namespace univi::model::test {
namespace {

using Json = nlohmann::json;
using univi::test::ScratchFolder;

const std::string kQ = "model.layers.0.self_attn.q_proj", kV = "model.layers.1.self_attn.v_proj";

/// A base of four weights and an adapter folder beside it.
class LoraMerge : public ::testing::Test {
  protected:
    LoraMerge() {
        at::manual_seed(5);
        for (const std::string& module :
             {kQ, kV, std::string("lm_head"), std::string("model.embed_tokens")})
            base_[module + ".weight"] = at::randn({12, 8});
        put_matrices(kQ, 4);
        put_matrices(kV, 4);
    }

    static Json plain() {
        return {{"peft_type", "LORA"},
                {"r", 4},
                {"lora_alpha", 6},
                {"target_modules", {"q_proj", "v_proj"}},
                {"bias", "none"},
                {"init_lora_weights", true},
                {"use_dora", false},
                {"rank_pattern", Json::object()},
                {"layer_replication", nullptr}};
    }
    void put(const std::string& name, const at::Tensor& tensor) {
        adapter_["base_model.model." + name] = tensor;
    }
    void put_matrices(const std::string& module, int rank) {
        put(module + ".lora_A.weight", at::randn({rank, 8}));
        put(module + ".lora_B.weight", at::randn({12, rank}));
    }
    at::Tensor product(const std::string& module) const {
        const std::string at = "base_model.model." + module;
        return adapter_.at(at + ".lora_B.weight").matmul(adapter_.at(at + ".lora_A.weight"));
    }
    at::Tensor base(const std::string& module) const { return base_.at(module + ".weight"); }

    /// Merges with `config` written as it is spelled (the order of its fields counts).
    void merge_text(const std::string& config) {
        TensorTable base, adapter;
        for (const auto& [name, tensor] : base_) base[name] = to_view(tensor);
        for (const auto& [name, tensor] : adapter_) adapter[name] = to_view(tensor);
        folder_.write("adapter_config.json", config);
        write_safetensors(folder_ / "adapter_model.safetensors", adapter);
        source_.emplace(std::move(base), "base");
        merge_lora(*source_, language_, folder_.path(), c10::kFloat, {});
    }
    void merge(const Json& changes = Json::object()) {
        Json config = plain();
        config.update(changes);
        merge_text(config.dump());
    }
    void expect(const std::string& module, const at::Tensor& value) const {
        const at::Tensor got = to_tensor(source_->table().find(module + ".weight")->second);
        EXPECT_LT(relative_error(got, value), 1e-6) << module;
    }
    void expect_refusal(const Json& changes, const std::string& reason) {
        const std::string sentence = error_of([&] { merge(changes); });
        EXPECT_NE(sentence.find(reason), std::string::npos) << changes.dump() << ": " << sentence;
        EXPECT_NE(sentence.find(folder_.path().string()), std::string::npos) << sentence;
    }

    ScratchFolder folder_;
    std::map<std::string, at::Tensor> base_, adapter_;
    std::optional<WeightSource> source_;
    LanguageConfig language_;
};

TEST_F(LoraMerge, ScalesByAlphaAndRank) {
    merge();
    expect(kQ, base(kQ) + product(kQ) * (6.0 / 4));
    expect("lm_head", base("lm_head"));
    merge({{"use_rslora", true}});
    expect(kQ, base(kQ) + product(kQ) * (6.0 / 2));
}

/// The first pattern in the file's order counts; patterns match whole names or their ends.
TEST_F(LoraMerge, PatternsGiveModulesTheirOwnRankAndAlpha) {
    put_matrices(kV, 2);
    const std::string patterns = R"("rank_pattern":{"v_proj":2},
        "alpha_pattern":{"model\\.layers\\.[01]\\.self_attn\\.v_proj":10,"v_proj":99,"proj":50}})";
    merge_text(R"({"r":4,"lora_alpha":6,"target_modules":["q_proj","v_proj"],)" + patterns);
    expect(kQ, base(kQ) + product(kQ) * (6.0 / 4));  // "proj" is no whole part of a name
    expect(kV, base(kV) + product(kV) * (10.0 / 2));
    merge_text(R"({"r":4,"lora_alpha":6,"target_modules":"all-linear","use_rslora":true,)" +
               patterns);
    expect(kV, base(kV) + product(kV) * (10.0 / std::sqrt(2.0)));
    expect_refusal(Json::object(), "have rank 2 where adapter_config.json says 4");
}

TEST_F(LoraMerge, DoraGivesEveryRowItsLength) {
    const at::Tensor lengths = at::rand({12}) + 0.5;
    put(kQ + ".lora_magnitude_vector", lengths);
    put(kV + ".lora_magnitude_vector.default.weight", lengths);
    merge({{"use_dora", true}});
    for (const std::string& module : {kQ, kV}) {
        const at::Tensor sum = base(module) + product(module) * (6.0 / 4);
        expect(module, sum * (lengths / sum.norm(2, 1)).unsqueeze(1));
    }
    expect_refusal({{"use_dora", false}}, "but use_dora is not set");
    adapter_.erase("base_model.model." + kQ + ".lora_magnitude_vector");
    expect_refusal({{"use_dora", true}}, "lora_magnitude_vector of " + kQ + " is missing");
}

TEST_F(LoraMerge, WholeModulesAndTrainedTokensReplaceTheBases) {
    const at::Tensor head = at::randn({12, 8}), rows = at::randn({2, 8});
    put("lm_head.modules_to_save.default.weight", head);
    put("lm_head.original_module.weight", at::randn({12, 8}));
    put("model.embed_tokens.token_adapter.trainable_tokens_delta", rows);
    const Json changes = {{"modules_to_save", {"lm_head"}}, {"trainable_token_indices", {7, 3}}};
    merge(changes);
    expect("lm_head", head);
    at::Tensor embedding = base("model.embed_tokens").clone();
    embedding[7] = rows[0];
    embedding[3] = rows[1];
    expect("model.embed_tokens", embedding);
    expect_refusal({{"modules_to_save", {"lm_head"}}}, "trainable_token_indices does not name");
    expect_refusal({{"modules_to_save", {"lm_head", "norm"}}, {"trainable_token_indices", {7, 3}}},
                   "modules_to_save names \"norm\"");
    expect_refusal({{"modules_to_save", {"lm_head"}}, {"trainable_token_indices", {7, 12}}},
                   "do not fit");
}

/// A base that ties lm_head to the embedding is untied where only one of them changes.
TEST_F(LoraMerge, TiedWeightsPartWhereOneChanges) {
    base_.erase("lm_head.weight");
    language_.tie_word_embeddings = true;
    merge();
    EXPECT_TRUE(language_.tie_word_embeddings);
    put_matrices("lm_head", 4);
    adapter_["base_model.model.model.embed_tokens.lora_embedding_A"] = at::randn({4, 12});
    adapter_["base_model.model.model.embed_tokens.lora_embedding_B"] = at::randn({8, 4});
    const Json all = {{"target_modules", {"q_proj", "v_proj", "lm_head", "embed_tokens"}}};
    expect_refusal({{"target_modules", all["target_modules"]}, {"ensure_weight_tying", true}},
                   "ensure_weight_tying");
    merge(all);
    EXPECT_FALSE(language_.tie_word_embeddings);
    expect("lm_head", base("model.embed_tokens") + product("lm_head") * (6.0 / 4));
    const at::Tensor a = adapter_["base_model.model.model.embed_tokens.lora_embedding_A"],
                     b = adapter_["base_model.model.model.embed_tokens.lora_embedding_B"];
    expect("model.embed_tokens", base("model.embed_tokens") + b.matmul(a).t() * (6.0 / 4));
}

TEST_F(LoraMerge, FieldsThatChangeTheSumAreRefusedByName) {
    const Json object = {{"a", 1}};
    for (const auto& [field, value] :
         std::map<std::string, Json>{{"lora_bias", true},
                                     {"layer_replication", {{0, 2}, {1, 3}}},
                                     {"fan_in_fan_out", true},
                                     {"megatron_config", object},
                                     {"target_parameters", {"w"}},
                                     {"alora_invocation_tokens", {1}},
                                     {"use_qalora", true},
                                     {"monteclora_config", object},
                                     {"use_bdlora", object},
                                     {"arrow_config", object},
                                     {"kasa_config", object},
                                     {"velora_config", object},
                                     {"a_field_of_tomorrow", 1},
                                     {"another", "x"}})
        expect_refusal({{field, value}}, field);
    for (const char* start :
         {"pissa", "pissa_niter_16", "olora", "loftq", "corda", "lora_ga", "PiSSA", "new"})
        expect_refusal({{"init_lora_weights", start}},
                       std::string("init_lora_weights is \"") + start);
    for (const char* kind : {"IA3", "ADALORA", "LOHA", "VERA", "PREFIX_TUNING", "X"})
        expect_refusal({{"peft_type", kind}}, std::string("peft_type is \"") + kind);
    expect_refusal({{"bias", "some"}}, "bias is \"some\"");
    expect_refusal({{"r", 0}}, "r is 0");
    expect_refusal({{"r", 2.5}}, "r is 2.5");
    expect_refusal({{"r", 8}}, "have rank 4 where adapter_config.json says 8");
    expect_refusal({{"lora_alpha", nullptr}}, "lora_alpha is missing");
    expect_refusal({{"rank_pattern", {{"(", 2}}}}, "is not valid");
    expect_refusal({{"target_modules", {"q_proj"}}}, "which its target_modules do not name");
    expect_refusal({{"layers_to_transform", {0}}}, "which its target_modules do not name");
    expect_refusal({{"exclude_modules", ".*v_proj"}}, "which its target_modules do not name");
}

TEST_F(LoraMerge, WhatHasNoEffectOnAMergeIsTaken) {
    merge({{"init_lora_weights", "gaussian"},
           {"lora_dropout", 0.1},
           {"task_type", "CAUSAL_LM"},
           {"peft_version", "0.21.2"},
           {"revision", "main"},
           {"megatron_core", "megatron.core"},
           {"loftq_config", {{"loftq_bits", 4}}},
           {"eva_config", {{"rho", 2.0}}},
           {"qalora_group_size", 16},
           {"inference_mode", true},
           {"auto_mapping", {{"base_model_class", "LlamaForCausalLM"}}},
           {"a_field_of_tomorrow", nullptr},
           {"another", false},
           {"third", Json::array()},
           {"target_modules", "^(?!.*visual).*(?:q_proj|v_proj)$"},
           {"layers_pattern", nullptr},
           {"layers_to_transform", nullptr}});
    expect(kQ, base(kQ) + product(kQ) * (6.0 / 4));
    for (const char* start : {"eva", "orthogonal", "mica"}) merge({{"init_lora_weights", start}});
    merge({{"init_lora_weights", false}, {"layers_to_transform", {0, 1}}});
}

TEST_F(LoraMerge, StrayTensorsAreRefusedByName) {
    const auto with = [&](const std::string& name, const at::Tensor& tensor,
                          const std::string& reason) {
        const auto before = adapter_;
        put(name, tensor);
        expect_refusal(Json::object(), reason);
        adapter_ = before;
    };
    with(kQ + ".lora_B.bias", at::randn({12}), "lora_bias");
    with(kQ + ".lora_B.default.bias", at::randn({12}), "lora_bias");
    with("model.layers.0.self_attn.k_proj.ia3_l", at::randn({12, 1}), "no part of a LoRA adapter");
    with(kQ + ".lora_E", at::randn({4, 1}), "no part of a LoRA adapter");
    with(kQ + ".lora_A.second.weight", at::randn({4, 8}), "of a second adapter");
    with(kQ + ".weight", at::randn({12, 8}), "modules_to_save does not name");
    with(kQ + ".bias", at::randn({12}), "modules_to_save does not name");
    with("model.layers.7.mlp.up_proj.lora_A.weight", at::randn({4, 8}),
         "lora_B of model.layers.7.mlp.up_proj is missing");
    put_matrices("model.layers.7.self_attn.v_proj", 4);
    expect_refusal(Json::object(), "its base has no model.layers.7.self_attn.v_proj.weight");
}

}  // namespace
}  // namespace univi::model::test
