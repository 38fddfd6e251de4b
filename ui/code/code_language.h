#pragma once

#include <QList>
#include <QStringView>

namespace univi::ui {

/// Words to look up. They refer to the text that they are made of, which must stay.
class WordList {
  public:
    WordList() = default;
    /// Words with single spaces between them.
    WordList(const char16_t* words);
    bool has(QStringView word) const;

  private:
    QList<QStringView> words_;  ///< sorted
};

/// How one kind of string of a language is written.
struct StringRule {
    QStringView open, close;
    bool goes_on = false;  ///< past the end of its line
    QChar escape = u'\\';  ///< the sign behind it does not end the string; null: there is none
};

/// What the code of a language is made of, as far as it is coloured.
struct CodeLanguage {
    enum class Form : quint8 { Program, Markup, Yaml };
    /// Strings that end with a tag of their own: R"x(…)x", r#"…"#, <<END, <<<END, <<~END.
    enum class Tagged : quint8 { None, Cpp, Rust, Shell, Php, Ruby };

    WordList names = {};  ///< after a fence, lower case
    Form form = Form::Program;
    WordList keywords = {}, constants = {};  ///< lower case where `any_case`
    QStringView comment = {};                ///< goes to the end of the line
    QStringView comment_too = {};            ///< the same; #[ begins none
    QStringView comment_open = {}, comment_close = {};
    bool comments_nest = false;
    QList<StringRule> strings = {};  ///< longer openings first
    WordList prefixes = {};          ///< words that belong to the string behind them
    QStringView word_signs = {};     ///< in words beside letters, digits and _
    Tagged tagged = Tagged::None;
    bool any_case = false;     ///< of its words
    bool directives = false;   ///< #include
    bool patterns = false;     ///< /regular expressions/
    bool lifetimes = false;    ///< 'a
    bool variables = false;    ///< $a and ${a}
    bool at_words = false;     ///< @a
    bool hash_words = false;   ///< #a
    bool colon_words = false;  ///< :a
    bool sections = false;     ///< [a] alone on its line
    bool elements = false;     ///< <a>text</a> where a value begins
    QChar key_sign = {};       ///< a word or string before it names something
};

/// The language of a name as people write it after a fence ("py", "C++", "rust,no_run"); null:
/// none that is known. Any thread.
const CodeLanguage* findCodeLanguage(const QString& name);

}  // namespace univi::ui
