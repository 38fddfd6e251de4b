#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/model/tensor_table.h"
#include "core/session/encoding_probe.h"

namespace univi::session {

/// Collects tensors by the names of the `dump` contract: integers as int32, the rest as fp32.
class TensorDump {
  public:
    void add(const std::string& name, const at::Tensor& tensor);
    /// Writes a safetensors file. Throws Error{File}.
    void write(const std::string& path) const;

  private:
    model::TensorTable table_;
};

/// Random terms of the reference, from safetensors files of uniform numbers in [0,1). The file of
/// the frames holds `media<i>/frame_noise` or `frame_noise` [T] or [1,T]; the file of the tokens
/// holds `media<i>/ctm<s>` [T,n] and `media<i>/event<j>/ctm<s>` [n], with or without `media<i>/`.
class NoiseFiles {
  public:
    /// An empty path: no such file. Throws Error{File|Format}.
    NoiseFiles(const std::string& frame_noise, const std::string& token_noise);
    /// `prefix`: "media<i>/".
    std::optional<at::Tensor> frame(const std::string& prefix) const;
    std::optional<at::Tensor> token(const std::string& prefix, const std::string& call) const;

  private:
    model::TensorTable frame_, token_;
};

/// Puts what comes up in the encoding of one medium into a dump, under `media<index>/`.
class MediumDump : public EncodingProbe {
  public:
    /// All arguments must outlive it.
    MediumDump(TensorDump& out, const NoiseFiles& noise, std::size_t index);
    void on_features(const at::Tensor& pixel_values, const at::Tensor& features) override;
    void on_encoding(const model::VisualEncoding& encoding) override;
    std::optional<at::Tensor> frame_noise() override;
    std::optional<at::Tensor> token_noise(const std::string& call) override;
    /// Adds the tokens [n,D] behind the projector.
    void add_visual_tokens(const at::Tensor& visual_tokens);

  private:
    TensorDump& out_;
    const NoiseFiles& noise_;
    std::string prefix_;
    std::vector<at::Tensor> pixel_values_, features_;  ///< batches of [t,3,S,S] and [t,N,C]
};

}  // namespace univi::session
