#include "core/session/tensor_dump.h"

#include <functional>

#include "core/base/error.h"
#include "core/model/safetensors.h"
#include "core/model/weight_source.h"

namespace univi::session {

namespace {

at::Tensor stack_of(const std::vector<model::SpatialStages>& frames,
                    const std::function<at::Tensor(const model::SpatialStages&)>& pick) {
    std::vector<at::Tensor> parts;
    for (const auto& frame : frames) parts.push_back(pick(frame));
    return at::stack(parts);
}

/// ctm<s>/idx_cluster [B,N], centers [B,m], merged [B,m,C] of B frames (or of one event).
void add_stages(TensorDump& out, const std::string& prefix,
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

/// The file's tensor of one of `names`, or nothing.
std::optional<at::Tensor> find_noise(const model::TensorTable& table,
                                     const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (const auto it = table.find(name); it != table.end())
            return model::to_tensor(it->second).to(at::kFloat);
    return std::nullopt;
}

bool has_frame_noise(const model::TensorTable& table) {
    for (const auto& [name, view] : table)
        if (name == "frame_noise" || name.ends_with("/frame_noise")) return true;
    return false;
}

}  // namespace

void TensorDump::add(const std::string& name, const at::Tensor& tensor) {
    const auto type = at::isIntegralType(tensor.scalar_type(), true) ? at::kInt : at::kFloat;
    table_[name] = model::to_view(tensor.to(at::kCPU, type).contiguous());
}

void TensorDump::write(const std::string& path) const {
    model::write_safetensors(path, table_);
}

NoiseFiles::NoiseFiles(const std::string& frame_noise, const std::string& token_noise) {
    if (!frame_noise.empty()) frame_ = model::read_safetensors(frame_noise);
    if (!token_noise.empty()) token_ = model::read_safetensors(token_noise);
    if (!frame_noise.empty() && !has_frame_noise(frame_))
        throw base::Error(base::ErrorKind::Format,
                          "The file " + frame_noise +
                              " has no tensor named frame_noise or media<i>/frame_noise.");
}

std::optional<at::Tensor> NoiseFiles::frame(const std::string& prefix) const {
    const auto noise = find_noise(frame_, {prefix + "frame_noise", "frame_noise"});
    return noise ? std::optional(noise->reshape({-1})) : std::nullopt;
}

std::optional<at::Tensor> NoiseFiles::token(const std::string& prefix,
                                            const std::string& call) const {
    return find_noise(token_, {prefix + call, call});
}

MediumDump::MediumDump(TensorDump& out, const NoiseFiles& noise, std::size_t index)
    : out_(out), noise_(noise), prefix_("media" + std::to_string(index) + "/") {}

void MediumDump::on_features(const at::Tensor& pixel_values, const at::Tensor& features) {
    pixel_values_.push_back(pixel_values);
    features_.push_back(features);
}

void MediumDump::on_encoding(const model::VisualEncoding& encoding) {
    out_.add(prefix_ + "pixel_values", at::cat(pixel_values_));
    out_.add(prefix_ + "features", at::cat(features_));
    add_stages(out_, prefix_, encoding.frames);
    if (!encoding.temporal) return;
    out_.add(prefix_ + "ctm3/idx_cluster", encoding.temporal->idx_cluster.unsqueeze(0));
    out_.add(prefix_ + "ctm3/centers", encoding.temporal->centers.unsqueeze(0));
    for (std::size_t e = 0; e < encoding.event_stages.size(); ++e)
        add_stages(out_, prefix_ + "event" + std::to_string(e) + "/", {encoding.event_stages[e]});
}

std::optional<at::Tensor> MediumDump::frame_noise() {
    return noise_.frame(prefix_);
}

std::optional<at::Tensor> MediumDump::token_noise(const std::string& call) {
    return noise_.token(prefix_, call);
}

void MediumDump::add_visual_tokens(const at::Tensor& visual_tokens) {
    out_.add(prefix_ + "visual_tokens", visual_tokens);
}

}  // namespace univi::session
