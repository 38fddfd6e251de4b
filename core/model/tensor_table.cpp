#include "core/model/tensor_table.h"

#include <algorithm>

#include "core/base/error.h"

namespace univi::model {

std::size_t byte_size(DType dtype) {
    switch (dtype) {
        case DType::F64:
        case DType::I64:
            return 8;
        case DType::F32:
        case DType::I32:
            return 4;
        case DType::F16:
        case DType::BF16:
        case DType::I16:
            return 2;
        case DType::I8:
        case DType::U8:
        case DType::Bool:
            break;
    }
    return 1;
}

std::string_view to_string(DType dtype) {
    switch (dtype) {
        case DType::F64:
            return "F64";
        case DType::F32:
            return "F32";
        case DType::F16:
            return "F16";
        case DType::BF16:
            return "BF16";
        case DType::I64:
            return "I64";
        case DType::I32:
            return "I32";
        case DType::I16:
            return "I16";
        case DType::I8:
            return "I8";
        case DType::U8:
            return "U8";
        case DType::Bool:
            break;
    }
    return "BOOL";
}

std::int64_t TensorView::num_elements() const {
    std::int64_t count = 1;
    for (const std::int64_t size : shape)
        count *= size;  // the readers checked that it does not overflow
    return count;
}

bool TensorView::is_contiguous() const {
    std::int64_t expected = 1;
    for (std::size_t i = shape.size(); i-- > 0;) {
        if (shape[i] == 0) return true;
        if (shape[i] != 1 && stride[i] != expected) return false;
        expected *= shape[i];
    }
    return true;
}

}  // namespace univi::model
