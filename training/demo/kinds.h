#pragma once

#include <span>
#include <string>
#include <string_view>

namespace univi::training::demo {

/// Things that are easily taken for one another: "is there a …" draws half of its negatives from
/// the same family.
enum class Family {
    Bird,
    Beast,
    Pet,
    Water,
    Insect,
    Fruit,
    Food,
    Vehicle,
    Building,
    Object,
    Shape
};

/// One kind of thing the demo model can name. `stamps`: PNG files under the stamps folder, "" ends
/// the list; shapes have none (they are drawn in one of the named colours).
struct Kind {
    std::string_view name, plural;
    Family family;
    std::string_view stamps[3];
};

/// A named colour of the drawn shapes.
struct Colour {
    std::string_view name;
    unsigned char rgb[3];
};

std::span<const Kind> kinds();
std::span<const Colour> colours();
/// First kind that is a drawn shape: kinds()[first_shape()] … are shapes.
int first_shape();
bool is_shape(int kind);
/// "a dog", "an apple".
std::string with_article(std::string_view noun);
/// "one" … "nine", digits above.
std::string number_word(int n);

}  // namespace univi::training::demo
