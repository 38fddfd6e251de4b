#include "training/demo/tower_net.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/error.h"
#include "training/demo/kinds.h"

namespace univi::training::demo {
namespace {

constexpr int kPositionPairs = 8;  ///< sine/cosine pairs an axis
/// the last dimensions of the width carry positions
constexpr int kPositionDims = 4 * kPositionPairs;

std::string layer_name(int number, const char* rest) {
    return "vision_model.encoder.layers." + std::to_string(number) + "." + rest;
}

/// Wave numbers from one wave over two grids to one wave over three patches.
double wave(int pair) {
    const double lowest = std::numbers::pi / kGrid, highest = 2 * std::numbers::pi / 3;
    return lowest * std::pow(highest / lowest, double(pair) / (kPositionPairs - 1));
}

/// [1+N, width]: zeros but for sinusoids of column and row in the last dimensions.
at::Tensor sinusoid_positions(int width) {
    at::Tensor table = at::zeros({kPatches + 1, width});
    auto value = table.accessor<float, 2>();
    const int base = width - kPositionDims;
    for (int p = 0; p < kPatches; ++p)
        for (int i = 0; i < kPositionPairs; ++i) {
            const double x = wave(i) * (p % kGrid), y = wave(i) * (p / kGrid);
            value[p + 1][base + 4 * i] = float(std::sin(x));
            value[p + 1][base + 4 * i + 1] = float(std::cos(x));
            value[p + 1][base + 4 * i + 2] = float(std::sin(y));
            value[p + 1][base + 4 * i + 3] = float(std::cos(y));
        }
    return table;
}

/// [width,3,patch,patch]: two-dimensional cosines, lowest frequencies first, over brightness and
/// two colour differences.
at::Tensor cosine_filters(int width) {
    static constexpr double kChannels[3][3] = {
        {0.577, 0.577, 0.577}, {0.707, 0, -0.707}, {0.408, -0.816, 0.408}};
    struct Filter {
        double order;
        int channel, u, v;
    };
    std::vector<Filter> list;
    for (int c = 0; c < 3; ++c)
        for (int u = 0; u < kPatch; ++u)
            for (int v = 0; v < kPatch; ++v)  // colour needs fewer details than brightness
                list.push_back({std::hypot(u, v) * (c == 0 ? 1 : 1.7) + 0.01 * c, c, u, v});
    std::sort(list.begin(), list.end(),
              [](const Filter& a, const Filter& b) { return a.order < b.order; });
    at::Tensor filters = at::randn({width, 3, kPatch, kPatch}) * 0.001;
    auto value = filters.accessor<float, 4>();
    for (int f = 0; f < width - kPositionDims; ++f) {
        const Filter& filter = list[std::size_t(f)];
        // High frequencies are weak in pictures: lift them so that all dimensions start
        // about equally loud.
        const double gain = 0.06 * (0.35 + 0.3 * std::hypot(filter.u, filter.v));
        for (int c = 0; c < 3; ++c)
            for (int y = 0; y < kPatch; ++y)
                for (int x = 0; x < kPatch; ++x)
                    value[f][c][y][x] +=
                        float(gain * kChannels[filter.channel][c] / 4 *
                              std::cos(std::numbers::pi * filter.v * (y + 0.5) / kPatch) *
                              std::cos(std::numbers::pi * filter.u * (x + 0.5) / kPatch));
    }
    return filters;
}

at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& labels,
                         const at::Tensor& weights) {
    const at::Tensor log_probability = at::log_softmax(logits.flatten(0, 1), -1);
    const at::Tensor target = labels.flatten();
    const at::Tensor picked =
        log_probability.gather(1, target.clamp_min(0).unsqueeze(1)).squeeze(1);
    const at::Tensor weight = weights.flatten();
    return -(picked * weight).sum() / weight.sum().clamp_min(1);
}

double share(const at::Tensor& right, const at::Tensor& counted) {
    const double total = counted.sum().item<double>();
    return total == 0 ? 0 : (right.logical_and(counted)).sum().item<double>() / total;
}

}  // namespace

TowerNet::TowerNet(const TowerShape& shape, std::uint64_t seed) : shape_(shape) {
    initialise(seed);
}

void TowerNet::initialise(std::uint64_t seed) {
    at::Generator generator = at::detail::getDefaultCPUGenerator();
    generator.set_current_seed(seed);
    const int d = shape_.width, m = shape_.mlp;
    const auto add = [this](const std::string& name, at::Tensor value) {
        parameters_.emplace_back(name, std::move(value));
    };
    const auto normal = [](at::IntArrayRef size, double deviation) {
        return at::randn(size) * deviation;
    };
    add("vision_model.embeddings.class_embedding", normal({d}, 0.02));
    add("vision_model.embeddings.patch_embedding.weight", cosine_filters(d));
    add("vision_model.embeddings.position_embedding.weight", sinusoid_positions(d));
    add("vision_model.pre_layrnorm.weight", at::ones({d}));
    add("vision_model.pre_layrnorm.bias", at::zeros({d}));
    const double deep = 0.5 / std::sqrt(2.0 * shape_.layers);
    for (int i = 0; i < shape_.layers; ++i) {
        const double in = 1 / std::sqrt(double(d));
        for (const char* part : {"q_proj", "k_proj", "v_proj", "out_proj"}) {
            const bool out = std::string_view(part) == "out_proj";
            const std::string name = layer_name(i, "self_attn.") + part;
            add(name + ".weight", normal({d, d}, out ? in * deep * 2 : in));
            add(name + ".bias", at::zeros({d}));
        }
        for (const char* norm : {"layer_norm1", "layer_norm2"}) {
            add(layer_name(i, norm) + ".weight", at::ones({d}));
            add(layer_name(i, norm) + ".bias", at::zeros({d}));
        }
        add(layer_name(i, "mlp.fc1.weight"), normal({m, d}, in));
        add(layer_name(i, "mlp.fc1.bias"), at::zeros({m}));
        add(layer_name(i, "mlp.fc2.weight"), normal({d, m}, deep / std::sqrt(double(m)) * 2));
        add(layer_name(i, "mlp.fc2.bias"), at::zeros({d}));
        initialise_attention(i);
    }
    const std::pair<const char*, std::int64_t> heads[] = {
        {"kind", std::int64_t(kinds().size()) + 1},
        {"cell", kCells * kCells},
        {"colour", std::int64_t(colours().size())},
        {"box", 4}};
    for (const auto& [name, size] : heads) {
        add(std::string("heads.") + name + ".weight", normal({size, d}, 0.03));
        add(std::string("heads.") + name + ".bias", at::zeros({size}));
    }
}

void TowerNet::initialise_attention(int number) {
    // Offsets (columns, rows) that the heads of a layer look at; the last two heads of each
    // layer stay free.
    static constexpr int kOffsets[3][4][2] = {{{-1, 0}, {1, 0}, {0, -1}, {0, 1}},
                                              {{-1, -1}, {1, 1}, {-1, 1}, {1, -1}},
                                              {{-2, 0}, {2, 0}, {0, -2}, {0, 2}}};
    const int d = shape_.width, head_dim = d / shape_.heads;
    if (head_dim != kPositionDims || number >= 5) return;
    at::Tensor q = parameter(layer_name(number, "self_attn.q_proj.weight"));
    at::Tensor k = parameter(layer_name(number, "self_attn.k_proj.weight"));
    auto query = q.accessor<float, 2>();
    auto key = k.accessor<float, 2>();
    const double gain = 1.1;
    for (int head = 0; head < std::min(4, shape_.heads - 2); ++head) {
        q.narrow(0, head * head_dim, head_dim).mul_(0.1);
        k.narrow(0, head * head_dim, head_dim).mul_(0.1);
        for (int i = 0; i < kPositionPairs; ++i)
            for (int axis = 0; axis < 2; ++axis) {
                const double turn = wave(i) * kOffsets[number % 3][head][axis];
                const int row = head * head_dim + 4 * i + 2 * axis,
                          column = d - kPositionDims + 4 * i + 2 * axis;
                key[row][column] += float(gain);
                key[row + 1][column + 1] += float(gain);
                // sin(a + t) = sin a cos t + cos a sin t; cos(a + t) = cos a cos t - sin a sin t
                query[row][column] += float(gain * std::cos(turn));
                query[row][column + 1] += float(gain * std::sin(turn));
                query[row + 1][column + 1] += float(gain * std::cos(turn));
                query[row + 1][column] -= float(gain * std::sin(turn));
            }
    }
}

std::size_t TowerNet::index(const std::string& name) const {
    for (std::size_t i = 0; i < parameters_.size(); ++i)
        if (parameters_[i].first == name) return i;
    throw base::Error(base::ErrorKind::Internal, "The tower has no parameter named " + name + ".");
}

at::Tensor& TowerNet::parameter(const std::string& name) {
    return parameters_[index(name)].second;
}

at::Tensor TowerNet::layer(const at::Tensor& x, int number,
                           const std::vector<at::Tensor>& weights) const {
    // 16 tensors a layer in the order of `initialise`, after the 5 of the embeddings.
    const at::Tensor* w = &weights[5 + std::size_t(number) * 16];
    const auto batch = x.size(0), tokens = x.size(1), d = x.size(2), head_dim = d / shape_.heads;
    at::Tensor h = at::layer_norm(x, {d}, w[8], w[9]);
    const at::Tensor qkv = at::linear(h, at::cat({w[0], w[2], w[4]}), at::cat({w[1], w[3], w[5]}));
    const auto parts =
        qkv.view({batch, tokens, 3, shape_.heads, head_dim}).permute({2, 0, 3, 1, 4}).unbind(0);
    const at::Tensor q = parts[0] * (1 / std::sqrt(double(head_dim)));
    const at::Tensor attention = at::softmax(at::matmul(q, parts[1].transpose(-1, -2)), -1);
    const at::Tensor mixed =
        at::matmul(attention, parts[2]).transpose(1, 2).reshape({batch, tokens, d});
    at::Tensor y = x + at::linear(mixed, w[6], w[7]);
    h = at::linear(at::layer_norm(y, {d}, w[10], w[11]), w[12], w[13]);
    h = h * at::sigmoid(h * 1.702);
    return y + at::linear(h, w[14], w[15]);
}

at::Tensor TowerNet::features(const at::Tensor& pixels,
                              const std::vector<at::Tensor>& weights) const {
    const auto batch = pixels.size(0), d = std::int64_t(shape_.width);
    const auto dtype = weights[0].scalar_type();
    // [B,3,g,p,g,p] -> [B,g*g,3*p*p]: the patch embedding is a linear map of whole patches.
    const at::Tensor patches = pixels.view({batch, 3, kGrid, kPatch, kGrid, kPatch})
                                   .permute({0, 2, 4, 1, 3, 5})
                                   .reshape({batch, kPatches, 3 * kPatch * kPatch})
                                   .to(dtype);
    at::Tensor x = at::linear(patches, weights[1].flatten(1));
    x = at::cat({weights[0].expand({batch, 1, d}), x}, 1) + weights[2];
    x = at::layer_norm(x, {d}, weights[3], weights[4]);
    for (int i = 0; i < shape_.layers; ++i) x = layer(x, i, weights);
    return x.narrow(1, 1, kPatches);
}

TowerNet::Outputs TowerNet::heads(const at::Tensor& features,
                                  const std::vector<at::Tensor>& weights) const {
    const at::Tensor* w = &weights[5 + std::size_t(shape_.layers) * 16];
    const auto head = [&](int i) {
        return at::linear(features, w[2 * i], w[2 * i + 1]).to(at::kFloat);
    };
    return {head(0), head(1), head(2), head(3)};
}

at::Tensor tower_loss(const TowerNet::Outputs& outputs, const TowerBatch& batch) {
    const at::Tensor object = batch.kind.gt(0).to(at::kFloat);
    const at::Tensor background = batch.kind.eq(0).to(at::kFloat);
    const at::Tensor kind = cross_entropy(outputs.kind, batch.kind, object + 0.2 * background);
    const at::Tensor cell = cross_entropy(outputs.cell, batch.cell, object);
    const at::Tensor colour =
        cross_entropy(outputs.colour, batch.colour, batch.colour.ge(0).to(at::kFloat));
    const at::Tensor off =
        at::smooth_l1_loss(outputs.box, batch.box, at::Reduction::None, 0.1).sum(-1);
    const at::Tensor box = (off * object).sum() / object.sum().clamp_min(1);
    return kind + 0.4 * cell + 0.3 * colour + 2 * box;
}

TowerScore tower_score(const TowerNet::Outputs& outputs, const TowerBatch& batch) {
    const at::Tensor object = batch.kind.gt(0);
    const at::Tensor kind_right = outputs.kind.argmax(-1).eq(batch.kind);
    TowerScore score;
    score.kind = share(kind_right, object);
    score.background = share(kind_right, batch.kind.eq(0));
    score.cell = share(outputs.cell.argmax(-1).eq(batch.cell), object);
    score.colour = share(outputs.colour.argmax(-1).eq(batch.colour), batch.colour.ge(0));
    const at::Tensor miss = (outputs.box - batch.box).narrow(-1, 0, 2).norm(2, -1);
    score.centre_error =
        (miss * object).sum().item<double>() / std::max(1.0, object.sum().item<double>());
    return score;
}

}  // namespace univi::training::demo
