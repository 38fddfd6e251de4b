#include <map>

#include "core/base/error.h"
#include "core/model/tensor_table.h"
#include "core/session/conversation_impl.h"

namespace univi::session {

namespace {

/// Collects tensors by the names of the `dump` contract: integers as int32, the rest as fp32.
class TensorCollector {
  public:
    void add(const std::string& name, const at::Tensor& tensor) {
        const auto type = at::isIntegralType(tensor.scalar_type(), true) ? at::kInt : at::kFloat;
        table_[name] = model::to_view(tensor.to(at::kCPU, type).contiguous());
    }
    void write(const std::string& path) const { model::write_safetensors(path, table_); }

  private:
    model::TensorTable table_;
};

at::Tensor stack_of(const std::vector<model::SpatialStages>& frames,
                    const std::function<at::Tensor(const model::SpatialStages&)>& pick) {
    std::vector<at::Tensor> parts;
    for (const auto& frame : frames) parts.push_back(pick(frame));
    return at::stack(parts);
}

/// ctm<s>/idx_cluster [B,N], centers [B,m], merged [B,m,C] of B frames (or of one event).
void add_stages(TensorCollector& out, const std::string& prefix,
                const std::vector<model::SpatialStages>& frames) {
    for (int s = 0; s < 3; ++s) {
        if (!frames.front().stage[s].idx_cluster.defined()) return;
        const std::string name = prefix + "ctm" + std::to_string(s) + "/";
        out.add(name + "idx_cluster",
                stack_of(frames, [s](const auto& f) { return f.stage[s].idx_cluster; }));
        out.add(name + "centers",
                stack_of(frames, [s](const auto& f) { return f.stage[s].centers; }));
        out.add(name + "merged", stack_of(frames, [s](const auto& f) { return f.merged[s]; }));
    }
}

void add_medium(TensorCollector& out, std::size_t index, const MediumRecord& record,
                const at::Tensor& visual_tokens) {
    const std::string prefix = "media" + std::to_string(index) + "/";
    const auto& encoding = record.encoding;
    out.add(prefix + "pixel_values", at::cat(record.pixel_values));
    out.add(prefix + "features", at::cat(record.features));
    add_stages(out, prefix, encoding.frames);
    if (encoding.temporal) {
        out.add(prefix + "ctm3/idx_cluster", encoding.temporal->idx_cluster.unsqueeze(0));
        out.add(prefix + "ctm3/centers", encoding.temporal->centers.unsqueeze(0));
        for (std::size_t e = 0; e < encoding.event_stages.size(); ++e)
            add_stages(out, prefix + "event" + std::to_string(e) + "/", {encoding.event_stages[e]});
    }
    out.add(prefix + "visual_tokens", visual_tokens);
}

/// The file's tensor of one of `names`, or nothing.
std::optional<at::Tensor> find_noise(const model::TensorTable& table,
                                     const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (const auto it = table.find(name); it != table.end())
            return model::to_tensor(it->second).to(at::kFloat);
    return std::nullopt;
}

/// Random terms of the reference. --frame-noise holds `media<i>/frame_noise` or `frame_noise` [T]
/// or [1,T]; --token-noise holds `media<i>/ctm<s>` [T,n] and `media<i>/event<j>/ctm<s>` [n] (the
/// prefix may be left out). Uniform numbers in [0,1).
class NoiseFiles {
  public:
    explicit NoiseFiles(const DumpOptions& options) {
        if (!options.frame_noise.empty()) frame_ = model::read_safetensors(options.frame_noise);
        if (!options.token_noise.empty()) token_ = model::read_safetensors(options.token_noise);
        if (frame_ && !has_frame_noise())
            throw base::Error(base::ErrorKind::Format,
                              "The file " + options.frame_noise +
                                  " has no tensor named frame_noise or media<i>/frame_noise.");
    }

    void fill(std::size_t index, MediumRecord& record) const {
        const std::string prefix = "media" + std::to_string(index) + "/";
        if (frame_) {
            record.frame_noise = find_noise(*frame_, {prefix + "frame_noise", "frame_noise"});
            if (record.frame_noise) record.frame_noise = record.frame_noise->reshape({-1});
        }
        if (token_)
            record.token_noise = [this, prefix](const std::string& call) {
                return find_noise(*token_, {prefix + call, call});
            };
    }

  private:
    bool has_frame_noise() const {
        for (const auto& [name, view] : *frame_)
            if (name == "frame_noise" || name.ends_with("/frame_noise")) return true;
        return false;
    }
    std::optional<model::TensorTable> frame_, token_;
};

}  // namespace

void Conversation::dump(const DumpOptions& options, const Observer& observer,
                        const base::StopToken& stop) {
    const c10::InferenceMode inference;
    impl_->check_text_length(options.question);
    const NoiseFiles noise(options);
    TensorCollector out;
    std::vector<std::shared_ptr<const EncodedMedium>> encoded;
    for (const auto& request : impl_->requests(options.question)) {
        MediumRecord record;
        noise.fill(encoded.size(), record);
        encoded.push_back(std::make_shared<EncodedMedium>(
            encode_medium(impl_->engine, request, observer, stop, &record)));
        add_medium(out, encoded.size() - 1, record, encoded.back()->visual_tokens);
    }
    const BuiltPrompt prompt = impl_->build_prompt(options.question, encoded);
    const auto& language = impl_->engine.model->language();
    const auto length = static_cast<int>(prompt.tags.size());
    model::KeyValueCache cache(language.config(), length, language.placement());
    const at::Tensor hidden = language.forward(prompt.input.embeds, cache, nullptr, stop);  // [L,D]
    out.add("input_ids", at::tensor(prompt.ids, at::kInt));
    out.add("inputs_embeds", prompt.input.embeds);
    out.add("logits_last", language.logits(hidden[length - 1]));
    if (options.all_logits) out.add("logits_all", language.logits(hidden));
    out.write(options.out);
}

}  // namespace univi::session
