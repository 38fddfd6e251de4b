#include "training/options/option_words.h"

#include <algorithm>
#include <cctype>
#include <regex>

#include "training/options/option_form.h"
#include "training/options/option_table.h"
#include "training/options/options.h"

namespace univi::training {

namespace {

bool is_flag_char(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// The word that begins at `at`, without the punctuation that ends a clause.
std::string_view word_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && !std::isspace(static_cast<unsigned char>(text[end])) &&
           text[end] != ';' && text[end] != ')' && text[end] != ',')
        ++end;
    while (end > at && (text[end - 1] == '.' || text[end - 1] == ':')) --end;
    return text.substr(at, end - at);
}

bool is_number(std::string_view word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) {
        return std::isdigit(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == 'e' ||
               c == '+';
    }) && std::isdigit(static_cast<unsigned char>(word.back()));
}

/// Stands for a value in the text of a help: "--deepspeed FILE".
bool is_stand_in(std::string_view word) {
    return word.size() > 1 && std::ranges::all_of(word, [](char c) {
               return std::isupper(static_cast<unsigned char>(c)) || c == '_';
           });
}

bool is_choice(const OptionRow& row, std::string_view word) {
    return !word.empty() &&
           std::ranges::any_of(row.choices, [word](const char* each) { return word == each; });
}

/// Whether the word behind a flag is its value, and not the next word of the sentence.
bool is_value(const OptionRow& row, OptionEditor editor, std::string_view word) {
    switch (editor) {
        case OptionEditor::Switch:
            return word == "True" || word == "False";
        case OptionEditor::Choice:
            return is_choice(row, word);
        case OptionEditor::Whole:
        case OptionEditor::Real:
            return is_number(word);
        default:
            return word == "cpu" || word == "cuda" || word == "auto" ||
                   word.find_first_of("_:/") != std::string_view::npos || is_number(word);
    }
}

std::string labelled(const OptionFace& face, std::string_view value, const LabelOf& label_of) {
    const std::string label = label_of ? label_of(face) : face.label;
    if (value.empty()) return "“" + label + "”";
    if (face.editor != OptionEditor::Switch) return "“" + label + ": " + std::string(value) + "”";
    return "“" + label + "” " + (value == "True" ? "on" : "off");
}

}  // namespace

std::string with_labels(std::string_view sentence, const LabelOf& label) {
    std::string out;
    for (std::size_t at = 0; at < sentence.size();) {
        const bool begins =
            sentence.substr(at, 2) == "--" && (at == 0 || !is_flag_char(sentence[at - 1]));
        std::size_t end = at + 2;
        while (begins && end < sentence.size() && is_flag_char(sentence[end])) ++end;
        const OptionRow* row =
            begins ? find_option(std::string(sentence.substr(at + 2, end - at - 2))) : nullptr;
        const OptionFace face = row ? option_face(*row) : OptionFace{};
        if (!row || face.editor == OptionEditor::Hidden) {
            out += sentence[at++];
            continue;
        }
        at = end;
        const bool has_word =
            at + 1 < sentence.size() && (sentence[at] == ' ' || sentence[at] == '=');
        const std::string_view word = has_word ? word_at(sentence, at + 1) : std::string_view();
        const bool takes = has_word && is_value(*row, face.editor, word);
        if (takes || is_stand_in(word)) at += 1 + word.size();
        out += labelled(face, takes ? word : std::string_view(), label);
    }
    return out;
}

std::string placeholder_in(std::string_view text) {
    static const std::regex pattern(
        R"(\$\{[^}]*\}?|\$[A-Za-z_][A-Za-z0-9_]*|\$\([^)]*\)?|<[^<>/]+(/[^<>/]+)*>|\{\{?[A-Za-z_][A-Za-z0-9_ ]*\}?\})");
    std::match_results<std::string_view::const_iterator> match;
    if (!std::regex_search(text.begin(), text.end(), match, pattern)) return {};
    return match.str();
}

}  // namespace univi::training
