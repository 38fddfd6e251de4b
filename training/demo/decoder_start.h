#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "training/demo/vocabulary.h"

namespace univi::training::demo {

/// Least-squares readout of the tower's features: weight [targets, width], bias [targets]; targets
/// are the kinds, the colours, the cells (one-hot, 0 on background), cx, cy, width, height minus
/// 0.5 (0 on background), and background.
struct Readout {
    at::Tensor weight, bias;
    double kind_accuracy = 0;  ///< on the object patches it was fitted on
    double strength = 0;       ///< mean of the right kind's row there
    /// root mean square of the other kinds' rows there, of all on background
    double noise = 0, background_noise = 0;
};
/// Number of rows of a readout.
int num_readout_targets();

struct DecoderShape {
    int hidden = 256, layers = 8, heads = 8, mlp = 704;
};

/// A decoder before training, by checkpoint name, that already knows how to look:
///  - the projector maps the readout to fixed orthogonal directions, and names lie along the
///    directions of what they name;
///  - layers 1 and 2: a name finds the visual tokens of its kind and takes their place, colour and
///    movement, or rests on <s> where
///    there are none ("found"); "left", "top" … find what lies there; "first", "last" … find things
///    early or late in a clip;
///  - layer 3: every word takes what the nearest such word before it has found, and which names
///    were said shortly before it;
///  - layer 4: every word finds the things whose names were not said, leftmost first: what a list
///    goes on with. Training has to learn what to say with it, and everything else. Random parts
///    come from ATen's default generator.
struct DecoderStart {
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    int named = 0;  ///< words that got a meaning
};
DecoderStart start_decoder(const DecoderShape& shape, const Readout& readout,
                           const PieceFinder& pieces);

}  // namespace univi::training::demo
