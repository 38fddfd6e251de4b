#include "core/model/pickle_interpreter.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "core/base/printable.h"
#include "core/model/pickle_flatten.h"
#include "core/model/tensor_bounds.h"

namespace univi::model {

namespace {

using namespace pickle;
using base::in_quotes;

constexpr std::size_t kMaxPickleBytes = 16 << 20;  // a 70B model's state dict takes about 200 KB
constexpr std::size_t kMaxValues = 400'000;        // about 25 a tensor
constexpr std::size_t kMaxStack = 400'000;
constexpr std::size_t kMaxTextBytes = 64 << 10;
constexpr std::size_t kMaxGlobalName = 128;
constexpr Handle kNothing = std::numeric_limits<Handle>::max();

/// Opcodes by pickletools' names.
enum Op : std::uint8_t {
    kProto = 0x80,
    kStop = '.',
    kMark = '(',
    kPop = '0',
    kPopMark = '1',
    kNone = 'N',
    kNewTrue = 0x88,
    kNewFalse = 0x89,
    kBinInt = 'J',
    kBinInt1 = 'K',
    kBinInt2 = 'M',
    kLong1 = 0x8a,
    kBinFloat = 'G',
    kBinUnicode = 'X',
    kEmptyTuple = ')',
    kTuple1 = 0x85,
    kTuple2 = 0x86,
    kTuple3 = 0x87,
    kTuple = 't',
    kEmptyList = ']',
    kAppend = 'a',
    kAppends = 'e',
    kEmptyDict = '}',
    kSetItem = 's',
    kSetItems = 'u',
    kBinPut = 'q',
    kLongBinPut = 'r',
    kBinGet = 'h',
    kLongBinGet = 'j',
    kGlobal = 'c',
    kReduce = 'R',
    kBuild = 'b',
    kBinPersId = 'Q'
};

struct KnownGlobal {
    std::string_view module, name;
    Global global;
    DType dtype;
};

constexpr std::array<KnownGlobal, 13> kKnownGlobals{{
    {"collections", "OrderedDict", Global::OrderedDict, DType::F32},
    {"torch._utils", "_rebuild_tensor_v2", Global::RebuildTensor, DType::F32},
    {"torch._utils", "_rebuild_parameter", Global::RebuildParameter, DType::F32},
    {"torch", "FloatStorage", Global::StorageType, DType::F32},
    {"torch", "HalfStorage", Global::StorageType, DType::F16},
    {"torch", "BFloat16Storage", Global::StorageType, DType::BF16},
    {"torch", "DoubleStorage", Global::StorageType, DType::F64},
    {"torch", "LongStorage", Global::StorageType, DType::I64},
    {"torch", "IntStorage", Global::StorageType, DType::I32},
    {"torch", "ShortStorage", Global::StorageType, DType::I16},
    {"torch", "CharStorage", Global::StorageType, DType::I8},
    {"torch", "ByteStorage", Global::StorageType, DType::U8},
    {"torch", "BoolStorage", Global::StorageType, DType::Bool},
}};

class Interpreter {
  public:
    explicit Interpreter(std::string_view bytes) { heap_.bytes = bytes; }

    std::vector<PickledTensor> run() {
        if (u8() != kProto) fail("does not start as a pickle of protocol 2");
        if (const auto protocol = u8(); protocol != 2) {
            fail("uses pickle protocol " + std::to_string(protocol) +
                 ", expected 2: save it with torch.save's default");
        }
        for (;;) {
            const std::uint8_t op = u8();
            if (op == kStop) break;
            step(op);
        }
        if (stack_.size() != 1 || !marks_.empty()) fail("ends with a wrong number of values");
        if (position_ != heap_.bytes.size()) fail("goes on after its end");
        return flatten(heap_, stack_.front());
    }

  private:
    [[noreturn]] void fail(const std::string& why) const {
        throw PickleError("the pickle " + why + " (byte " + std::to_string(position_) + ")");
    }

    // --- bytes ---
    std::string_view take(std::size_t count) {
        if (count > heap_.bytes.size() - position_) fail("is cut off");
        const std::string_view result = heap_.bytes.substr(position_, count);
        position_ += count;
        return result;
    }
    std::uint64_t number(std::size_t width) {
        const std::string_view bytes = take(width);
        std::uint64_t value = 0;
        for (std::size_t i = width; i-- > 0;)
            value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
        return value;
    }
    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::string_view line() {
        const std::string_view rest = heap_.bytes.substr(position_, kMaxGlobalName + 1);
        const std::size_t length = rest.find('\n');
        if (length == rest.npos) fail("has a cut off or too long global name");
        position_ += length + 1;
        return rest.substr(0, length);
    }

    // --- stack ---
    Handle make(const Value& value) {
        if (heap_.values.size() >= kMaxValues)
            fail("builds more than " + std::to_string(kMaxValues) + " values");
        heap_.values.push_back(value);
        return static_cast<Handle>(heap_.values.size() - 1);
    }
    void push(Handle handle) {
        if (stack_.size() >= kMaxStack)
            fail("stacks up more than " + std::to_string(kMaxStack) + " values");
        stack_.push_back(handle);
    }
    void push(const Value& value) { push(make(value)); }
    void push_number(Kind kind, std::int64_t value) {
        Value result;
        result.kind = kind;
        result.number = value;
        push(result);
    }
    /// First stack position above the last mark: what an operation may take.
    std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
    Handle pop() {
        if (stack_.size() <= floor()) fail("takes a value from an empty stack");
        const Handle top = stack_.back();
        stack_.pop_back();
        return top;
    }
    Handle top() const {
        if (stack_.size() <= floor()) fail("takes a value from an empty stack");
        return stack_.back();
    }
    std::size_t pop_mark() {
        if (marks_.empty()) fail("closes a list that was not opened");
        const std::size_t start = marks_.back();
        marks_.pop_back();
        return start;
    }
    const Value& value(Handle handle) const { return heap_.values[handle]; }

    // --- operations ---
    void step(std::uint8_t op) {
        switch (op) {
            case kMark:
                if (marks_.size() >= kMaxStack) fail("opens too many lists");
                return marks_.push_back(stack_.size());
            case kPop:
                return void(pop());
            case kPopMark:
                return stack_.resize(pop_mark());
            case kNone:
                return push(Value{});
            case kNewTrue:
                return push_number(Kind::Bool, 1);
            case kNewFalse:
                return push_number(Kind::Bool, 0);
            case kBinInt:
                return push_number(Kind::Int, static_cast<std::int32_t>(number(4)));
            case kBinInt1:
                return push_number(Kind::Int, u8());
            case kBinInt2:
                return push_number(Kind::Int, static_cast<std::int64_t>(number(2)));
            case kLong1:
                return push_number(Kind::Int, long_number());
            case kBinFloat:
                take(8);
                return push_number(Kind::Float, 0);
            case kBinUnicode:
                return push_text();
            case kEmptyTuple:
                return push_tuple(stack_.size());
            case kTuple1:
                return push_tuple(below(1));
            case kTuple2:
                return push_tuple(below(2));
            case kTuple3:
                return push_tuple(below(3));
            case kTuple:
                return push_tuple(pop_mark());
            case kEmptyList:
                return push_container(Kind::List);
            case kEmptyDict:
                return push_container(Kind::Dict);
            case kAppend:
                return extend(Kind::List, below(1));
            case kAppends:
                return extend(Kind::List, pop_mark());
            case kSetItem:
                return extend(Kind::Dict, below(2));
            case kSetItems:
                return extend(Kind::Dict, pop_mark());
            case kBinPut:
                return put(u8());
            case kLongBinPut:
                return put(number(4));
            case kBinGet:
                return get(u8());
            case kLongBinGet:
                return get(number(4));
            case kGlobal:
                return push_global();
            case kReduce:
                return reduce();
            case kBuild:
                return build();
            case kBinPersId:
                return persistent_id();
            default:
                break;
        }
        fail("uses opcode " + std::to_string(op) + ", which no state dict needs");
    }

    std::int64_t long_number() {
        const std::size_t width = u8();
        if (width == 0) return 0;
        if (width > 8) fail("holds an integer of more than 64 bits");
        std::uint64_t raw = number(width);
        const std::uint64_t sign = std::uint64_t{1} << (width * 8 - 1);
        if (width < 8 && (raw & sign) != 0) raw |= ~std::uint64_t{0} << (width * 8);
        return static_cast<std::int64_t>(raw);
    }
    void push_text() {
        const std::uint64_t length = number(4);
        if (length > kMaxTextBytes) fail("holds a text of " + std::to_string(length) + " bytes");
        Value text;
        text.kind = Kind::Text;
        text.index = static_cast<std::uint32_t>(position_);
        text.length = static_cast<std::uint32_t>(take(length).size());
        push(text);
    }
    std::size_t below(std::size_t count) const {
        if (stack_.size() - floor() < count) fail("takes a value from an empty stack");
        return stack_.size() - count;
    }
    void push_tuple(std::size_t start) {
        Value tuple;
        tuple.kind = Kind::Tuple;
        tuple.index = static_cast<std::uint32_t>(heap_.tuple_items.size());
        tuple.length = static_cast<std::uint32_t>(stack_.size() - start);
        heap_.tuple_items.insert(heap_.tuple_items.end(),
                                 stack_.begin() + static_cast<std::ptrdiff_t>(start), stack_.end());
        stack_.resize(start);
        push(tuple);
    }
    void push_container(Kind kind) {
        Value container;
        container.kind = kind;
        container.index = static_cast<std::uint32_t>(heap_.containers.size());
        push(container);
        heap_.containers.emplace_back();
    }
    void extend(Kind kind, std::size_t start) {
        if (start <= floor() || value(stack_[start - 1]).kind != kind)
            fail("adds items to what is no container");
        if (kind == Kind::Dict && (stack_.size() - start) % 2 != 0)
            fail("sets a key without a value");
        auto& items = heap_.containers[value(stack_[start - 1]).index];
        items.insert(items.end(), stack_.begin() + static_cast<std::ptrdiff_t>(start),
                     stack_.end());
        stack_.resize(start);
    }
    void put(std::uint64_t index) {
        if (index >= kMaxValues)
            fail("remembers value number " + std::to_string(index) + ", which is too many");
        if (index >= memo_.size()) memo_.resize(index + 1, kNothing);
        memo_[index] = top();
    }
    void get(std::uint64_t index) {
        if (index >= memo_.size() || memo_[index] == kNothing)
            fail("recalls a value that it never remembered");
        push(memo_[index]);
    }
    void push_global() {
        const std::string_view module = line(), name = line();
        for (const KnownGlobal& known : kKnownGlobals) {
            if (known.module != module || known.name != name) continue;
            Value result;
            result.kind = Kind::Global;
            result.global = known.global;
            result.dtype = known.dtype;
            return push(result);
        }
        fail("asks for " + in_quotes(std::string(module) + "." + std::string(name)) +
             ", which no state dict needs: it may be "
             "hostile, or holds more than tensors");
    }

    std::span<const Handle> items(Handle tuple, const char* what) const {
        const Value& v = value(tuple);
        if (v.kind != Kind::Tuple) fail(std::string("has no tuple for ") + what);
        return std::span(heap_.tuple_items).subspan(v.index, v.length);
    }
    void reduce() {
        const Handle arguments_handle = pop();
        const Value callable = value(pop());
        if (callable.kind != Kind::Global) fail("calls what is no function");
        const auto arguments = items(arguments_handle, "a function's arguments");
        switch (callable.global) {
            case Global::OrderedDict:
                if (!arguments.empty()) fail("makes an OrderedDict from arguments");
                return push_container(Kind::Dict);
            case Global::RebuildParameter:
                if (arguments.size() != 3 || value(arguments[0]).kind != Kind::Tensor)
                    fail("makes a malformed parameter");
                return push(arguments[0]);
            case Global::RebuildTensor:
                return rebuild_tensor(arguments);
            case Global::StorageType:
                break;
        }
        fail("calls a storage type");
    }
    /// An OrderedDict's attributes (state_dict's _metadata): nothing a weight depends on.
    void build() {
        pop();
        if (value(top()).kind != Kind::Dict) fail("sets attributes of what is no dictionary");
    }
    /// ('storage', type, key, location, number of elements)
    void persistent_id() {
        const auto id = items(pop(), "a persistent id");
        if (id.size() != 5 || value(id[0]).kind != Kind::Text ||
            heap_.text(value(id[0])) != "storage" || value(id[1]).kind != Kind::Global ||
            value(id[1]).global != Global::StorageType || value(id[2]).kind != Kind::Text ||
            value(id[3]).kind != Kind::Text || value(id[4]).kind != Kind::Int) {
            fail("has a persistent id that is no storage");
        }
        const std::string_view key = heap_.text(value(id[2]));
        const std::int64_t elements = value(id[4]).number;
        const auto is_key_char = [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                   c == '_';
        };
        if (key.empty() || key.size() > 64 || !std::all_of(key.begin(), key.end(), is_key_char)) {
            fail("has the storage key " + in_quotes(key) + ", expected letters and digits");
        }
        if (elements < 0 || static_cast<std::uint64_t>(elements) > kMaxElements) {
            fail("has a storage of " + std::to_string(elements) + " elements");
        }
        Value storage;
        storage.kind = Kind::Storage;
        storage.index = static_cast<std::uint32_t>(heap_.storages.size());
        push(storage);
        heap_.storages.push_back({value(id[1]).dtype, key, static_cast<std::uint64_t>(elements)});
    }
    std::vector<std::int64_t> integers(Handle tuple, const char* what) const {
        const auto handles = items(tuple, what);
        if (handles.size() > kMaxRank)
            fail("has a tensor of more than " + std::to_string(kMaxRank) + " dimensions");
        std::vector<std::int64_t> result;
        for (const Handle handle : handles) {
            if (value(handle).kind != Kind::Int || value(handle).number < 0) {
                fail(std::string("has a negative or malformed number in ") + what);
            }
            result.push_back(value(handle).number);
        }
        return result;
    }
    /// (storage, offset, shape, stride, requires_grad, backward_hooks[, metadata])
    void rebuild_tensor(std::span<const Handle> arguments) {
        if (arguments.size() != 6 && arguments.size() != 7) fail("makes a malformed tensor");
        if (value(arguments[0]).kind != Kind::Storage) fail("makes a tensor without a storage");
        if (value(arguments[1]).kind != Kind::Int || value(arguments[1]).number < 0)
            fail("has a negative tensor offset");
        const Storage& storage = heap_.storages[value(arguments[0]).index];
        PickledTensor tensor;
        tensor.dtype = storage.dtype;
        tensor.offset = static_cast<std::uint64_t>(value(arguments[1]).number);
        tensor.shape = integers(arguments[2], "a tensor's shape");
        tensor.stride = integers(arguments[3], "a tensor's stride");
        if (tensor.shape.size() != tensor.stride.size())
            fail("has a tensor with unequal numbers of sizes and strides");
        const auto elements = checked_elements(tensor.shape);
        const auto extent = elements ? checked_extent(tensor.shape, tensor.stride) : std::nullopt;
        if (!extent || tensor.offset > storage.elements ||
            *extent > storage.elements - tensor.offset) {
            fail("has a tensor that reaches beyond its storage of " +
                 std::to_string(storage.elements) + " elements");
        }
        tensor.num_elements = *elements;
        tensor.extent = tensor.offset + *extent;
        tensor.storage_key = storage.key;
        tensor.storage_elements = storage.elements;
        if (heap_.tensors.size() >= kMaxTensors)
            fail("makes more than " + std::to_string(kMaxTensors) + " tensors");
        Value result;
        result.kind = Kind::Tensor;
        result.index = static_cast<std::uint32_t>(heap_.tensors.size());
        push(result);
        heap_.tensors.push_back(std::move(tensor));
    }

    Heap heap_;
    std::size_t position_ = 0;
    std::vector<Handle> stack_, memo_;
    std::vector<std::size_t> marks_;
};

}  // namespace

std::vector<PickledTensor> read_pickled_state_dict(std::span<const std::byte> pickle) {
    if (pickle.size() > kMaxPickleBytes) {
        throw PickleError("the pickle has " + std::to_string(pickle.size()) +
                          " bytes, expected at most " + std::to_string(kMaxPickleBytes));
    }
    return Interpreter({reinterpret_cast<const char*>(pickle.data()), pickle.size()}).run();
}

}  // namespace univi::model
