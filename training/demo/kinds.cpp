#include "training/demo/kinds.h"

#include <array>

namespace univi::training::demo {
namespace {

constexpr Kind kKinds[] = {
#include "training/demo/kinds.inc"
};

constexpr Colour kColours[] = {
    {"red", {214, 30, 36}},     {"blue", {30, 74, 214}},    {"green", {26, 146, 50}},
    {"yellow", {248, 220, 30}}, {"purple", {128, 40, 170}}, {"pink", {255, 130, 190}},
    {"white", {250, 250, 250}}, {"black", {18, 18, 20}},
};

}  // namespace

std::span<const Kind> kinds() {
    return kKinds;
}

std::span<const Colour> colours() {
    return kColours;
}

int first_shape() {
    static const int first = [] {
        int i = 0;
        while (kKinds[i].family != Family::Shape) ++i;
        return i;
    }();
    return first;
}

bool is_shape(int kind) {
    return kind >= first_shape();
}

std::string with_article(std::string_view noun) {
    const bool vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
    return std::string(vowel ? "an " : "a ") + std::string(noun);
}

std::string number_word(int n) {
    static constexpr std::array<std::string_view, 10> kWords = {
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
    return n >= 0 && n < 10 ? std::string(kWords[static_cast<std::size_t>(n)]) : std::to_string(n);
}

}  // namespace univi::training::demo
