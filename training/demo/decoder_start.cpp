#include "training/demo/decoder_start.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "core/base/error.h"
#include "training/demo/kinds.h"
#include "training/demo/tower_data.h"

namespace univi::training::demo {
namespace {

constexpr int kBoxValues = 4;
constexpr int kHeadWidth = 32;
constexpr int kPlaces = 2 * kCells;  // columns, then rows
constexpr int kKindCode = 32;
// Norm of every embedding; RMSNorm brings it to sqrt(hidden).
constexpr double kLength = 4;

int num_kinds() {
    return static_cast<int>(kinds().size());
}
int num_colours() {
    return static_cast<int>(colours().size());
}

/// Random matrix with orthonormal columns [rows, columns].
at::Tensor orthonormal(std::int64_t rows, std::int64_t columns) {
    return std::get<0>(at::linalg_qr(at::randn({rows, columns})));
}

/// `count` unit vectors of `width` dimensions that keep clear of each other, [count, width].
at::Tensor spread_code(std::int64_t count, std::int64_t width) {
    at::Tensor code = at::randn({count, width});
    for (int i = 0; i < 400; ++i) {
        code = code / code.norm(2, 1, true);
        const at::Tensor near = at::matmul(code, code.t()).fill_diagonal_(0).clamp_min(0).pow(7);
        code = code - 0.5 * at::matmul(near / near.max(), code);
    }
    return code / code.norm(2, 1, true);
}

/// Orthonormal directions of the residual stream, [hidden] or [hidden, n].
struct Space {
    at::Tensor kind, colour, cell, box, background;  // what the projector writes
    // marks: visual token, word, word that finds something, <s>
    at::Tensor seen, text, pointer, sink;
    at::Tensor early, late;  // words that ask for a time
    // what finding writes; kind2: kinds found by place or time, in a code of 32
    at::Tensor found, motion, place, kind2;
    at::Tensor own;  // what tells words apart

    explicit Space(int hidden) {
        const at::Tensor basis = orthonormal(hidden, hidden);
        std::int64_t used = 0;
        const auto take = [&](std::int64_t count) {
            const at::Tensor out = basis.narrow(1, used, count);
            used += count;
            return out;
        };
        kind = take(num_kinds()), colour = take(num_colours()), cell = take(kCells * kCells),
        box = take(kBoxValues);
        const auto one = [&] { return take(1).select(1, 0); };
        background = one();
        seen = one(), text = one(), pointer = one(), sink = one(), early = one(), late = one(),
        found = one();
        motion = take(2), place = take(kPlaces), kind2 = take(kKindCode);
        own = take(hidden - used);
    }
};

/// One attention head of a layer under construction. q and k rows 0-15 pair with rows 16-31 in the
/// rotary embedding; pair i turns by 10000^(-i/16) a token: pairs from 9 on hardly turn over a
/// prompt, so they compare content.
class Head {
  public:
    Head(std::vector<at::Tensor>& weights, int number)
        : q_(rows(weights[0], number)),
          k_(rows(weights[1], number)),
          v_(rows(weights[2], number)),
          o_(weights[3].narrow(1, number * kHeadWidth, kHeadWidth)) {
        for (at::Tensor* weight : {&q_, &k_, &v_, &o_})
            weight->copy_(at::randn_like(*weight) * 0.01);
    }

    /// Compares queries and keys: `query`, `key` [hidden, n], n at most 2 * (15 - first_pair).
    void compare(const at::Tensor& query, const at::Tensor& key, double strength, int first_pair) {
        const std::int64_t half = 15 - first_pair;
        for (std::int64_t i = 0; i < query.size(1); ++i) {
            const std::int64_t row = i < half ? first_pair + i : 16 + first_pair + i - half;
            q_[row] += query.select(1, i) * strength;
            k_[row] += key.select(1, i) * strength;
        }
    }
    /// A score of its own for tokens along `key`, for queries along `query`; `channel` 0 or 1 (the
    /// pair that turns least).
    void score(const at::Tensor& query, const at::Tensor& key, int channel) {
        q_[15 + 16 * channel] += query;
        k_[15 + 16 * channel] += key;
    }
    /// Falls (sign 1) or rises (sign -1) with the distance of tokens along `key`.
    void distance(const at::Tensor& query, const at::Tensor& key, int pair, double sign) {
        q_[pair] += query * sign;
        k_[pair] += key;
    }
    /// Brings what stands along `from` [hidden, n] to `to` [hidden, n], from value row `first` on.
    void carry(const at::Tensor& from, const at::Tensor& to, double scale, std::int64_t first) {
        v_.narrow(0, first, from.size(1)).copy_(from.t());
        o_.narrow(1, first, from.size(1)).copy_(to * scale);
    }

  private:
    static at::Tensor rows(const at::Tensor& weight, int number) {
        return weight.narrow(0, number * kHeadWidth, kHeadWidth);
    }
    at::Tensor q_, k_, v_, o_;
};

class Builder {
  public:
    Builder(const DecoderShape& shape, const Readout& readout, const PieceFinder& pieces)
        : shape_(shape),
          readout_(readout),
          pieces_(pieces),
          space_(shape.hidden),
          kind_code_(spread_code(num_kinds(), kKindCode)) {
        // Columns and rows of the grid as sums of cells.
        at::Tensor marginal = at::zeros({kCells * kCells, kPlaces});
        for (int row = 0; row < kCells; ++row)
            for (int column = 0; column < kCells; ++column)
                marginal[row * kCells + column][column] = 1,
                                        marginal[row * kCells + column][kCells + row] = 1;
        cell_place_ = at::matmul(space_.cell, marginal);
        kind_to_code_ = at::matmul(space_.kind, kind_code_);
    }

    DecoderStart build() {
        words();
        projector();
        for (int i = 0; i < shape_.layers; ++i) layer(i);
        add("model.norm.weight", at::ones({shape_.hidden}));
        return std::move(out_);
    }

  private:
    void add(const std::string& name, const at::Tensor& value) {
        out_.tensors.emplace_back(name, value.contiguous());
    }
    at::Tensor own() const {
        return at::matmul(space_.own, at::randn({space_.own.size(1)})) /
               std::sqrt(double(space_.own.size(1)));
    }
    static at::Tensor unit(const at::Tensor& v) { return v / v.norm(); }

    /// Embedding along `meaning` with a share of its own, so that "dog" and "dogs" stay apart;
    /// output row along `says`.
    void word(std::string_view text, const at::Tensor& meaning, const at::Tensor& says,
              bool is_pointer) {
        const int id = pieces_.find(std::string(text));
        if (id < 0) return;
        ++out_.named;
        const at::Tensor marks = space_.text * 0.35 + (is_pointer ? space_.pointer * 0.35
                                                                  : space_.own.select(1, 0) * 0.2);
        embedding_[id].copy_(kLength * (0.65 * meaning + marks + 0.55 * own()));
        output_[id].copy_(0.35 * says + 0.15 * own());
    }

    at::Tensor places(std::initializer_list<int> which) const {
        at::Tensor sum = at::zeros({shape_.hidden});
        for (const int i : which) sum += space_.place.select(1, i);
        return unit(sum);
    }

    void words() {
        const int size = pieces_.size(), d = shape_.hidden;
        embedding_ = at::zeros({size, d});
        output_ = at::randn({size, d}) * 0.02;
        for (int id = 0; id < size; ++id)
            embedding_[id].copy_(kLength * (0.35 * space_.text + 0.93 * own()));
        embedding_[1].copy_(kLength * space_.sink);  // <s>
        for (int k = 0; k < num_kinds(); ++k) {
            const at::Tensor meaning = space_.kind.select(1, k);
            const at::Tensor says = meaning + unit(at::matmul(space_.kind2, kind_code_[k]));
            const Kind& kind = kinds()[std::size_t(k)];
            word(kind.name, meaning, says, true);
            if (kind.plural != kind.name) word(kind.plural, meaning, says, true);
        }
        for (int c = 0; c < num_colours(); ++c)
            word(colours()[std::size_t(c)].name, space_.colour.select(1, c),
                 space_.colour.select(1, c), false);
        const at::Tensor x = space_.motion.select(1, 0), y = space_.motion.select(1, 1),
                         none = at::zeros({d});
        const struct {
            const char* text;
            at::Tensor place, motion;
        } kPlaceWords[] = {
            {"left", places({0, 1}), -x},           {"right", places({4, 5}), x},
            {"top", places({6, 7}), none},          {"bottom", places({10, 11}), none},
            {"middle", places({2, 3, 8, 9}), none}, {"above", places({6, 7}), none},
            {"below", places({10, 11}), none}};
        for (const auto& row : kPlaceWords) word(row.text, row.place, row.place + row.motion, true);
        for (const char* text : {"first", "First", "beginning"})
            word(text, space_.early, none, true);
        for (const char* text : {"last", "end", "later", "then", "Then"})
            word(text, space_.late, none, true);
        for (const auto& [text, says] : {std::pair<const char*, at::Tensor>{"up", -y},
                                         {"down", y},
                                         {"Yes", space_.found},
                                         {"No", -space_.found}}) {
            const int id = pieces_.find(text);
            if (id >= 0) output_[id] += 0.35 * says, ++out_.named;
        }
        add("model.embed_tokens.weight", embedding_);
        add("lm_head.weight", output_);
    }

    void projector() {
        const at::Tensor directions =
            // in the readout's order
            kLength * at::cat({space_.kind / readout_.strength, space_.colour, space_.cell * 0.7,
                               space_.box * 3, space_.background.unsqueeze(1)},
                              1);
        add("model.mm_projector.weight", at::matmul(directions, readout_.weight));
        // A constant share of its own marks a token as seen, not read.
        add("model.mm_projector.bias",
            at::matmul(directions, readout_.bias) + kLength * 1.2 * space_.seen);
    }

    // Marks stand in a normalised embedding with about 5.6 (text), 16 (<s>), 9 (kind of a name, of
    // a visual token).
    /// Queries of words rest on <s> with logit `rest` and shun words and background.
    void rests(Head& head, double rest) const {
        head.score(space_.text,
                   space_.sink * (rest / 12) - space_.text * 9 - space_.background * 0.7, 0);
    }

    enum class Time { Any, Early, Late };

    /// A name looks for its kind. Early and late: the earlier or later tokens of that kind count,
    /// and how their middles differ is the movement.
    void find_kind(Head head, Time time) const {
        const int first_pair = time == Time::Any ? 9 : 10;
        const at::Tensor code = spread_code(num_kinds(), 2 * (15 - first_pair));
        const at::Tensor rows = at::matmul(space_.kind, code);
        head.compare(rows, rows, 1.22, first_pair);
        rests(head, 8.5);
        const at::Tensor middle = space_.box.narrow(1, 0, 2);
        if (time == Time::Any) {
            head.carry(cell_place_, space_.place, 0.08, 0);
            head.carry(space_.colour, space_.colour, 0.06, kPlaces);
            head.carry((space_.seen - 0.6 * space_.sink).unsqueeze(1), space_.found.unsqueeze(1),
                       0.035, kPlaces + num_colours());
        } else {
            head.distance(space_.text * 0.8, space_.seen * 0.8, 9, time == Time::Late ? 1 : -1);
            head.carry(middle, space_.motion, time == Time::Late ? 0.2 : -0.2, 0);
        }
    }

    /// "left", "top" … look for things that lie there and take their kinds.
    void find_at_place(Head head) const {
        head.compare(space_.place, cell_place_, 1.41, 9);
        rests(head, 5);
        head.carry(kind_to_code_, space_.kind2, 0.2, 0);
    }

    /// "first", "last" … look for things early or late and take their kinds.
    void find_at_time(Head head, Time time) const {
        const at::Tensor& asks = time == Time::Early ? space_.early : space_.late;
        rests(head, 6);
        head.score(asks, space_.seen - space_.background * 1.4, 1);
        head.distance(asks * 0.74, space_.seen * 0.74, 9, time == Time::Late ? 1 : -1);
        head.carry(kind_to_code_, space_.kind2, 0.2, 0);
    }

    /// Every word takes what the nearest pointing word before it (or itself) has found, and
    /// its own kind.
    enum class Share { Facts, Kinds, Names };
    void ask_pointer(Head head, Share share) const {
        head.score(space_.text * 1.8, space_.pointer * 1.8, 0);
        for (const int pair : {4, 6})
            head.distance(space_.text * 1.18, space_.text * 1.18, pair, 1);
        if (share == Share::Names) {
            head.carry(kind_to_code_, space_.kind2, 0.15, 0);
        } else if (share == Share::Kinds) {
            head.carry(space_.kind2, space_.kind2, 0.3, 0);
        } else {
            const at::Tensor facts =
                at::cat({space_.place, space_.colour, space_.motion, space_.found.unsqueeze(1)}, 1);
            head.carry(facts, facts, 0.3, 0);
        }
    }

    /// Kinds `first` to `first + count` of the things: what one head can carry exactly.
    at::Tensor kinds_from(std::int64_t first) const {
        return space_.kind.narrow(1, first,
                                  std::min<std::int64_t>(kHeadWidth, num_kinds() - first));
    }

    /// Every word takes the kinds of the names said shortly before it, turned round.
    void recall_names(Head head, std::int64_t first) const {
        head.score(space_.text, space_.sink * 0.95, 0);
        head.score(space_.text * 1.6, space_.pointer * 1.6, 1);
        head.distance(space_.text * 1.1, space_.text * 1.1, 6, 1);
        head.carry(kinds_from(first), kinds_from(first), -0.28, 0);
    }

    /// Every word looks for things whose names were not said, the leftmost first, or rests on <s>
    /// when all were: what a list goes on with.
    void find_unsaid(Head head, const at::Tensor& code, const at::Tensor& from,
                     const at::Tensor& to, double scale) const {
        const at::Tensor rows = at::matmul(space_.kind, code);
        head.compare(rows, rows, 1.8, 9);
        rests(head, 5);
        head.score(space_.text,
                   space_.seen - space_.background * 1.4 - space_.box.select(1, 0) * 0.35, 1);
        head.carry(from, to, scale, 0);
    }

    void layer(int number) {
        const int d = shape_.hidden, m = shape_.mlp;
        const std::string prefix = "model.layers." + std::to_string(number) + ".";
        const double in = 1 / std::sqrt(double(d));
        // Values go out the way they came in: a head that attends somewhere copies what stands
        // there; little, lest it blur what the built heads read.
        const at::Tensor value = orthonormal(d, d);
        std::vector<at::Tensor> attention = {at::randn({d, d}) * in * 0.8,
                                             at::randn({d, d}) * in * 0.8, value, value.t() * 0.03};
        for (at::Tensor& weight : attention) weight = weight.contiguous();
        const auto head = [&](int i) { return Head(attention, i); };
        if (number == 1) {
            for (const int i : {0, 1}) find_kind(head(i), Time::Any);
            find_kind(head(2), Time::Early), find_kind(head(3), Time::Late);
            for (const int i : {4, 5}) find_at_place(head(i));
        } else if (number == 2) {
            for (const int i : {0, 1}) find_kind(head(i), Time::Any);
            find_kind(head(2), Time::Early), find_kind(head(3), Time::Late);
            find_at_time(head(4), Time::Early), find_at_time(head(5), Time::Late);
        } else if (number == 3) {
            ask_pointer(head(0), Share::Facts), ask_pointer(head(1), Share::Kinds),
                ask_pointer(head(2), Share::Names);
            for (const int i : {0, 1, 2}) recall_names(head(3 + i), i * kHeadWidth);
        } else if (number == 4) {
            const at::Tensor code = spread_code(num_kinds(), 12);
            for (const int i : {0, 1, 2})
                find_unsaid(head(i), code, kinds_from(i * kHeadWidth), kinds_from(i * kHeadWidth),
                            0.3);
            find_unsaid(head(3), code, at::cat({space_.colour, cell_place_}, 1),
                        at::cat({space_.colour, space_.place}, 1), 0.12);
        }
        static constexpr const char* kNames[] = {"q_proj", "k_proj", "v_proj", "o_proj"};
        for (std::size_t i = 0; i < 4; ++i)
            add(prefix + "self_attn." + kNames[i] + ".weight", attention[i]);
        add(prefix + "mlp.gate_proj.weight", at::randn({m, d}) * in);
        add(prefix + "mlp.up_proj.weight", at::randn({m, d}) * in);
        add(prefix + "mlp.down_proj.weight", at::randn({d, m}) * 0.003);
        add(prefix + "input_layernorm.weight", at::ones({d}));
        add(prefix + "post_attention_layernorm.weight", at::ones({d}));
    }

    const DecoderShape& shape_;
    const Readout& readout_;
    const PieceFinder& pieces_;
    const Space space_;
    const at::Tensor kind_code_;
    at::Tensor cell_place_, kind_to_code_, embedding_, output_;
    DecoderStart out_;
};

}  // namespace

int num_readout_targets() {
    return num_kinds() + num_colours() + kCells * kCells + kBoxValues + 1;
}

DecoderStart start_decoder(const DecoderShape& shape, const Readout& readout,
                           const PieceFinder& pieces) {
    if (shape.hidden != shape.heads * kHeadWidth || shape.layers < 5 ||
        num_kinds() > 3 * kHeadWidth || shape.hidden < 2 * num_readout_targets())
        throw base::Error(
            base::ErrorKind::Usage,
            "The demo's decoder needs at least 5 layers, heads of 32 and a width of at least " +
                std::to_string(2 * num_readout_targets()) + ".");
    return Builder(shape, readout, pieces).build();
}

}  // namespace univi::training::demo
