#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace univi::training {

/// What an option with a list of values holds: the text that it was given. A text that is not in
/// the list is kept, so that check_options() can name it and a form can show it.
class NamedText {
  public:
    using Names = std::span<const char* const>;
    const std::string& text() const { return text_; }
    void set(std::string_view text);
    Names names() const { return names_; }
    /// Where the text stands among the names; nothing: it is none of them.
    std::optional<std::size_t> index() const { return index_; }

  protected:
    NamedText(Names names, std::size_t index) : names_(names) { set(names[index]); }
    /// Throws Error{Usage}, with the names that are known.
    std::size_t known_index() const;

  private:
    Names names_;  ///< of the enum, which lives as long as the program
    std::string text_;
    std::optional<std::size_t> index_;
};

/// A value of the enum `E`, read from its name once, when it is set. names_of(E) is the table of
/// names, in the order of the enumerators.
template <typename E>
class NamedValue : public NamedText {
  public:
    NamedValue(E value) : NamedText(names_of(value), static_cast<std::size_t>(value)) {}
    NamedValue& operator=(E value) { return *this = NamedValue(value); }
    NamedValue& operator=(std::string_view text) {
        set(text);
        return *this;
    }
    /// Throws Error{Usage} for a text that is no name.
    E value() const { return static_cast<E>(known_index()); }
    /// A text that is no name equals no value.
    friend bool operator==(const NamedValue& a, E b) {
        return a.index() == static_cast<std::size_t>(b);
    }
};

/// The name of a value, as flags and files have it.
template <typename E>
const char* name_of(E value) {
    return names_of(value)[static_cast<std::size_t>(value)];
}

}  // namespace univi::training
