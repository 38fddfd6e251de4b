#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/media/image.h"
#include "tests/support/pictures.h"
#include "tests/support/scratch_folder.h"

namespace univi::test {

/// uint8 and fp32 tensors of a golden .safetensors file (the project's own file: no checks
/// against hostile ones).
class GoldenTensors {
  public:
    explicit GoldenTensors(const std::string& file)
        : bytes_(read_bytes(std::string(UNIVI_GOLDEN "/data/") + file)) {
        std::uint64_t length = 0;
        std::memcpy(&length, bytes_.data(), sizeof(length));
        header_ = nlohmann::json::parse(bytes_.substr(8, length));
        header_.erase("__metadata__");
        data_ = 8 + length;
    }

    std::vector<std::size_t> shape(const std::string& name) const {
        return header_.at(name).at("shape");
    }

    std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const auto& [name, entry] : header_.items()) names.push_back(name);
        return names;
    }

    template <class T>
    std::vector<T> values(const std::string& name) const {
        const auto& offsets = header_.at(name).at("data_offsets");
        const std::size_t begin = offsets.at(0), end = offsets.at(1);
        if (header_.at(name).at("dtype") != (sizeof(T) == 1 ? "U8" : "F32"))
            throw std::runtime_error("dtype of " + name);
        std::vector<T> out((end - begin) / sizeof(T));
        std::memcpy(out.data(), bytes_.data() + data_ + begin, end - begin);
        return out;
    }

  private:
    std::string bytes_;
    nlohmann::json header_;
    std::size_t data_ = 0;
};

inline std::string golden_input(const std::string& name) {
    return std::string(UNIVI_GOLDEN "/inputs/") + name;
}

/// The picture as the golden files store crops: [3][S][S].
inline std::vector<std::uint8_t> planes(const media::Image& image) {
    const std::size_t plane = std::size_t(image.width) * image.height;
    std::vector<std::uint8_t> out(plane * 3);
    for (std::size_t i = 0; i < plane; ++i) {
        for (std::size_t c = 0; c < 3; ++c) out[c * plane + i] = image.rgb[i * 3 + c];
    }
    return out;
}

/// Largest and mean absolute difference.
struct Difference {
    int largest = 0;
    double mean = 0;
};

inline Difference difference(const std::vector<std::uint8_t>& a, const std::uint8_t* b) {
    Difference result;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const int distance = a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
        result.largest = distance > result.largest ? distance : result.largest;
        result.mean += distance;
    }
    result.mean /= static_cast<double>(a.empty() ? 1 : a.size());
    return result;
}

}  // namespace univi::test
