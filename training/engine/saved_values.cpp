#include "training/engine/saved_values.h"

#include <algorithm>
#include <charconv>

#include "core/base/error.h"
#include "core/model/adapter_folder.h"
#include "core/model/checkpoint_folder.h"
#include "core/model/model_folder.h"
#include "core/model/safetensors.h"
#include "core/model/torch_file.h"

namespace univi::training {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

namespace {

bool is_optimizer_file(const std::string& name) {
    return name == "optimizer.safetensors" ||
           (name.starts_with("optimizer-") && name.ends_with(".safetensors"));
}

/// fp32 weights as the checkpoint stores them.
model::TensorTable read_weights(const fs::path& folder) {
    if (const model::AdapterFolder adapter(folder); adapter.exists()) return adapter.parameters();
    if (const fs::path projector = folder / model::kProjectorFile; fs::exists(projector))
        return model::read_torch_file(projector);
    return model::read_checkpoint_folder(folder);
}

}  // namespace

CheckpointValues::CheckpointValues(const fs::path& folder) : folder_(folder) {
    int files = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!is_optimizer_file(name)) continue;
        ++files;
        for (const auto& [key, view] : model::read_safetensors(entry.path())) add(key, view);
    }
    // A rank without a part of its own (every one but the first at stage 0) writes no file: the
    // manifest knows which there are, and read() refuses gaps.
    if (files == 0)
        throw Error(ErrorKind::Format,
                    folder.string() + " has no optimizer file: it is not whole.");
    for (const auto& [name, view] : read_weights(folder)) add("weight." + name, view);
    for (auto& [key, pieces] : pieces_)
        std::sort(pieces.begin(), pieces.end(),
                  [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
}

/// "exp_avg.<name>" is whole, "exp_avg.<name>@<first element>" a part.
void CheckpointValues::add(const std::string& key, const model::TensorView& view) {
    const std::size_t at = key.rfind('@');
    std::int64_t begin = 0;
    if (at != std::string::npos) {
        const char* end = key.data() + key.size();
        const auto parsed = std::from_chars(key.data() + at + 1, end, begin);
        if (parsed.ec != std::errc() || parsed.ptr != end || begin < 0)
            throw Error(
                ErrorKind::Format,
                folder_.string() + " has an optimizer tensor with the broken name " + key + ".");
    }
    pieces_[key.substr(0, at)].push_back({begin, view.num_elements(), view});
}

void CheckpointValues::refuse(const std::string& kind, const std::string& name) const {
    throw Error(ErrorKind::Format, folder_.string() + " has no complete " + kind + " of " + name +
                                       " in the right size: it belongs to another model or stage.");
}

void CheckpointValues::read(const std::string& kind, const std::string& name, std::int64_t total,
                            std::int64_t begin, const at::Tensor& out) const {
    const auto found = pieces_.find(kind + "." + name);
    if (found == pieces_.end()) refuse(kind, name);
    const Piece& last = found->second.back();
    if (last.begin + last.count != total) refuse(kind, name);
    const std::int64_t end = begin + out.numel();
    std::int64_t at = begin;  // all before it is copied
    for (const Piece& piece : found->second) {
        const std::int64_t from = std::max(at, piece.begin),
                           to = std::min(end, piece.begin + piece.count);
        if (from >= to) continue;
        if (from != at) break;  // a gap
        const at::Tensor values = model::to_tensor(piece.view).reshape({-1});
        out.narrow(0, from - begin, to - from)
            .copy_(values.narrow(0, from - piece.begin, to - from));
        at = to;
    }
    if (at != end) refuse(kind, name);
}

}  // namespace univi::training
