#include "core/model/pickle_flatten.h"

#include <unordered_set>

#include "core/base/printable.h"
#include "core/model/tensor_bounds.h"

namespace univi::model::pickle {

namespace {

using base::in_quotes;

constexpr std::size_t kMaxDepth = 16;        // nested dictionaries of a state dict
constexpr std::size_t kMaxVisits = 1 << 18;  // shared dictionaries can multiply: bounds the walk

/// Walks containers with an explicit stack, in the order of the pickle.
class Flattener {
  public:
    explicit Flattener(const Heap& heap) : heap_(heap) {}

    std::vector<PickledTensor> run(Handle root) {
        if (heap_.values[root].kind != Kind::Dict) {
            throw PickleError("the pickle does not hold a dictionary of tensors at its top");
        }
        enter("", root);
        while (!stack_.empty()) step();
        return std::move(result_);
    }

  private:
    struct Level {
        std::string prefix;
        const Value* container;
        std::size_t next = 0;  ///< item to visit
    };

    void enter(std::string prefix, Handle container) {
        if (stack_.size() >= kMaxDepth) {
            throw PickleError("dictionaries are nested deeper than " + std::to_string(kMaxDepth) +
                              " levels");
        }
        stack_.push_back({std::move(prefix), &heap_.values[container]});
    }

    void step() {
        if (++visits_ > kMaxVisits)
            throw PickleError("shared dictionaries multiply to too many entries");
        Level& level = stack_.back();
        const Value& container = *level.container;
        const bool is_tuple = container.kind == Kind::Tuple, is_dict = container.kind == Kind::Dict;
        const Handle* items = is_tuple ? heap_.tuple_items.data() + container.index
                                       : heap_.containers[container.index].data();
        const std::size_t count =
            is_tuple ? container.length : heap_.containers[container.index].size();
        if (level.next >= count) return stack_.pop_back();

        const std::size_t at = level.next;
        level.next += is_dict ? 2 : 1;
        const Handle item = items[is_dict ? at + 1 : at];
        switch (heap_.values[item].kind) {
            case Kind::Tensor:
                return add(name_of(level.prefix, is_dict, items, at), item);
            case Kind::Tuple:
            case Kind::List:
            case Kind::Dict:
                return enter(name_of(level.prefix, is_dict, items, at), item);
            case Kind::Storage:
            case Kind::Global:
                throw PickleError("a storage or type stands where a tensor belongs");
            default:
                return;
        }
    }

    std::string name_of(const std::string& prefix, bool is_dict, const Handle* items,
                        std::size_t at) const {
        std::string name;
        if (!is_dict) {
            name = std::to_string(at);
        } else if (const Value& key = heap_.values[items[at]]; key.kind == Kind::Text) {
            name = heap_.text(key);
        } else if (key.kind == Kind::Int) {
            name = std::to_string(key.number);
        } else {
            throw PickleError("a dictionary key is neither text nor a number");
        }
        if (!prefix.empty()) name = prefix + "." + name;
        if (name.empty() || name.size() > kMaxTensorName || !base::is_utf8(name)) {
            throw PickleError("the name " + in_quotes(name) + " is empty, too long or not UTF-8");
        }
        return name;
    }

    void add(std::string name, Handle tensor) {
        if (result_.size() >= kMaxTensors) {
            throw PickleError("more than " + std::to_string(kMaxTensors) + " tensors");
        }
        if (!names_.insert(name).second)
            throw PickleError("the tensor " + in_quotes(name) + " occurs twice");
        result_.push_back(heap_.tensors[heap_.values[tensor].index]);
        result_.back().name = std::move(name);
    }

    const Heap& heap_;
    std::vector<Level> stack_;
    std::vector<PickledTensor> result_;
    std::unordered_set<std::string> names_;
    std::size_t visits_ = 0;
};

}  // namespace

std::vector<PickledTensor> flatten(const Heap& heap, Handle root) {
    return Flattener(heap).run(root);
}

}  // namespace univi::model::pickle
