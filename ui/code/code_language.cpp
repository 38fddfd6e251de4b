#include "ui/code/code_language.h"

#include <QString>
#include <algorithm>
#include <array>

namespace univi::ui {
namespace {

using Form = CodeLanguage::Form;
using Tagged = CodeLanguage::Tagged;

const StringRule kDouble{u"\"", u"\""}, kSingle{u"'", u"'"};

CodeLanguage c() {
    return {
        .names = u"c c++ cc cpp cu cuda cxx glsl h hpp hxx ino",
        .keywords =
            u"alignas alignof and asm auto break case catch class co_await co_return "
            u"co_yield concept const const_cast consteval constexpr constinit continue "
            u"decltype default delete do dynamic_cast else enum explicit export extern "
            u"final for friend goto if inline mutable namespace new noexcept not operator "
            u"or override private protected public register reinterpret_cast requires "
            u"restrict return sizeof static static_assert static_cast struct switch "
            u"template this thread_local throw try typedef typeid typename union using "
            u"virtual volatile while",
        .constants =
            u"NULL bool char char16_t char32_t char8_t double false float int int16_t "
            u"int32_t int64_t int8_t long nullptr short signed size_t true uint16_t "
            u"uint32_t uint64_t uint8_t unsigned void wchar_t",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {kDouble, kSingle},
        .prefixes = u"L U u u8",
        .tagged = Tagged::Cpp,
        .directives = true,
    };
}

CodeLanguage csharp() {
    return {
        .names = u"c# cs csharp",
        .keywords =
            u"abstract as async await base break case catch checked class const continue "
            u"default delegate do else enum event explicit extern finally fixed for "
            u"foreach get goto if implicit in init interface internal is lock namespace "
            u"new operator out override params private protected public readonly record "
            u"ref return sealed set sizeof static struct switch this throw try typeof "
            u"unchecked unsafe using var virtual volatile when where while yield",
        .constants =
            u"bool byte char decimal double false float int long null object sbyte short "
            u"string true uint ulong ushort void",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {{u"\"\"\"", u"\"\"\"", true, {}}, kDouble, kSingle},
    };
}

CodeLanguage java() {
    return {
        .names = u"java",
        .keywords =
            u"abstract assert break case catch class const continue default do else enum "
            u"extends final finally for goto if implements import instanceof interface "
            u"native new package permits private protected public record return sealed "
            u"static strictfp super switch synchronized this throw throws transient try "
            u"var volatile while yield",
        .constants = u"String boolean byte char double false float int long null short true void",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {{u"\"\"\"", u"\"\"\"", true}, kDouble, kSingle},
        .at_words = true,
    };
}

CodeLanguage kotlin() {
    return {
        .names = u"kotlin kt kts",
        .keywords =
            u"abstract as break by catch class companion const constructor continue data "
            u"do else enum external final finally for fun if import in infix init inline "
            u"inner interface internal is lateinit object open operator out override "
            u"package private protected public reified return sealed super suspend this "
            u"throw try typealias val var vararg when where while",
        .constants =
            u"Any Boolean Byte Char Double Float Int Long Nothing Short String Unit false "
            u"null true",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .comments_nest = true,
        .strings = {{u"\"\"\"", u"\"\"\"", true, {}}, kDouble, kSingle},
        .at_words = true,
    };
}

CodeLanguage swift() {
    return {
        .names = u"swift",
        .keywords =
            u"actor as associatedtype async await break case catch class continue default "
            u"defer deinit do else enum extension fallthrough fileprivate final for func "
            u"guard if import in init inout internal is lazy let mutating open operator "
            u"override private protocol public repeat rethrows return self static struct "
            u"subscript super switch throw throws try typealias unowned var weak where "
            u"while",
        .constants = u"Any Bool Character Double Float Int Self String Void false nil true",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .comments_nest = true,
        .strings = {{u"\"\"\"", u"\"\"\"", true}, kDouble},
        .at_words = true,
    };
}

CodeLanguage go() {
    return {
        .names = u"go golang",
        .keywords =
            u"break case chan const continue default defer else fallthrough for func go "
            u"goto if import interface map package range return select struct switch type "
            u"var",
        .constants =
            u"any bool byte complex128 complex64 error false float32 float64 int int16 "
            u"int32 int64 int8 iota nil rune string true uint uint16 uint32 uint64 uint8 "
            u"uintptr",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {kDouble, kSingle, {u"`", u"`", true, {}}},
    };
}

CodeLanguage rust() {
    return {
        .names = u"rs rust",
        .keywords =
            u"as async await break const continue crate dyn else enum extern fn for if "
            u"impl in let loop match mod move mut pub ref return self static struct super "
            u"trait type union unsafe use where while",
        .constants =
            u"Err None Ok Option Result Self Some String Vec bool char f32 f64 false i128 "
            u"i16 i32 i64 i8 isize str true u128 u16 u32 u64 u8 usize",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .comments_nest = true,
        .strings = {{u"\"", u"\"", true}, kSingle},
        .prefixes = u"b c",
        .tagged = Tagged::Rust,
        .lifetimes = true,
    };
}

CodeLanguage typeScript() {
    return {
        .names = u"ts typescript",
        .keywords =
            u"abstract as async await break case catch class const continue debugger "
            u"declare default delete do else enum export extends finally for from function "
            u"get if implements import in instanceof interface keyof let namespace new of "
            u"private protected public readonly return satisfies set static super switch "
            u"this throw try type typeof var while with yield",
        .constants =
            u"Infinity NaN any boolean false never null number string true undefined "
            u"unknown void",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {kDouble, kSingle, {u"`", u"`", true}},
        .word_signs = u"$",
        .patterns = true,
        .at_words = true,
    };
}

/// Elements as React has them are no JavaScript, but stand in it without a name of their own.
CodeLanguage javaScript() {
    CodeLanguage language = typeScript();
    language.names = u"cjs ecmascript javascript js jsx mjs node tsx";
    language.elements = true;
    return language;
}

CodeLanguage php() {
    return {
        .names = u"php php3 php4 php5 php7 php8 phtml",
        .keywords =
            u"abstract and array as break callable case catch class clone const continue "
            u"declare default do echo else elseif empty enum extends final finally fn for "
            u"foreach function global goto if implements include include_once instanceof "
            u"insteadof interface isset list match namespace new or php print private "
            u"protected public readonly require require_once return static switch throw "
            u"trait try unset use var while xor yield",
        .constants =
            u"FALSE NULL TRUE bool false float int iterable mixed never null object parent "
            u"self string true void",
        .comment = u"//",
        .comment_too = u"#",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {{u"\"", u"\"", true}, {u"'", u"'", true}, {u"`", u"`", true}},
        .tagged = Tagged::Php,
        .variables = true,
    };
}

CodeLanguage ruby() {
    return {
        .names = u"irb jruby rake rb ruby",
        .keywords =
            u"alias and begin break case class def defined? do else elsif end ensure extend "
            u"for if in include loop module next not or private protected public raise redo "
            u"require require_relative rescue retry return super then undef unless until "
            u"when while yield",
        .constants = u"false nil self true",
        .comment = u"#",
        .comment_open = u"=begin",
        .comment_close = u"=end",
        .strings = {{u"\"", u"\"", true}, {u"'", u"'", true}, {u"`", u"`", true}},
        .tagged = Tagged::Ruby,
        .patterns = true,
        .variables = true,
        .at_words = true,
        .colon_words = true,
    };
}

CodeLanguage toml() {
    return {
        .names = u"cargo toml",
        .constants = u"false inf nan true",
        .comment = u"#",
        .strings = {{u"\"\"\"", u"\"\"\"", true},
                    {u"'''", u"'''", true, {}},
                    kDouble,
                    {u"'", u"'", false, {}}},
        .word_signs = u"-.",
        .sections = true,
        .key_sign = u'=',
    };
}

CodeLanguage json() {
    return {
        .names = u"geojson ipynb json json5 jsonc jsonl ndjson",
        .constants = u"false null true",
        .comment = u"//",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {kDouble, kSingle},
        .key_sign = u':',
    };
}

CodeLanguage css() {
    return {
        .names = u"css less scss",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {kDouble, kSingle},
        .word_signs = u"-",
        .at_words = true,
        .hash_words = true,
        .key_sign = u':',
    };
}

CodeLanguage python() {
    return {
        .names = u"ipython py py3 python python3 pyi",
        .keywords =
            u"and as assert async await break class continue def del elif else except "
            u"finally for from global if import in is lambda nonlocal not or pass raise "
            u"return try while with yield",
        .constants =
            u"False None True bool bytes cls dict float int list object self set str "
            u"tuple",
        .comment = u"#",
        .strings = {{u"\"\"\"", u"\"\"\"", true}, {u"'''", u"'''", true}, kDouble, kSingle},
        .prefixes = u"B BR Br F FR Fr R RB Rb U b bR br f fR fr r rB rF rb rf u",
        .at_words = true,
    };
}

CodeLanguage shell() {
    return {
        .names = u"bash console sh shell shell-session terminal zsh",
        .keywords =
            u"break case continue declare do done elif else esac eval exec exit export fi "
            u"for function if in local readonly return select set shift source then trap "
            u"unset until while",
        .constants = u"false true",
        .comment = u"#",
        .strings = {{u"\"", u"\"", true}, {u"'", u"'", true, {}}},
        .word_signs = u"-./",
        .tagged = Tagged::Shell,
        .variables = true,
    };
}

CodeLanguage sql() {
    return {
        .names = u"mysql pgsql plsql postgres postgresql sql sqlite tsql",
        .keywords =
            u"add all alter and as asc begin between by case check column commit "
            u"constraint create cross database default delete desc distinct drop else end "
            u"except exists explain false foreign from full group having if in index inner "
            u"insert intersect into is join key left like limit materialized not null "
            u"offset on or order outer over partition primary references returning right "
            u"rollback select set table then transaction trigger true truncate union "
            u"unique update using values view when where with",
        .constants =
            u"bigint blob boolean bytea char date decimal double float int integer "
            u"interval json jsonb numeric real serial smallint text time timestamp "
            u"timestamptz uuid varchar",
        .comment = u"--",
        .comment_open = u"/*",
        .comment_close = u"*/",
        .strings = {{u"'", u"'", true, {}}, {u"\"", u"\"", false, {}}, {u"`", u"`", false, {}}},
        .any_case = true,
    };
}

CodeLanguage markup() {
    return {
        .names = u"htm html plist svg svelte vue xhtml xml xsd xsl",
        .form = Form::Markup,
    };
}

CodeLanguage yaml() {
    return {
        .names = u"yaml yml",
        .form = Form::Yaml,
        .constants = u"false no null off on true yes ~",
    };
}

/// The name alone, as the tables have it: "{.python" and "rust,no_run" say more.
QString nameIn(const QString& text) {
    qsizetype start = 0;
    while (start < text.size() && (text[start] == u'{' || text[start] == u'.')) ++start;
    qsizetype end = start;
    while (end < text.size() &&
           (text[end].isLetterOrNumber() || QStringView(u"+#-_").contains(text[end])))
        ++end;
    return text.mid(start, end - start).toLower();
}

}  // namespace

WordList::WordList(const char16_t* words) : words_(QStringView(words).split(u' ')) {
    std::sort(words_.begin(), words_.end());
}

bool WordList::has(QStringView word) const {
    return std::binary_search(words_.cbegin(), words_.cend(), word);
}

const CodeLanguage* findCodeLanguage(const QString& name) {
    static const std::array kLanguages{c(),     csharp(), java(),       kotlin(),     swift(),
                                       go(),    rust(),   javaScript(), typeScript(), json(),
                                       css(),   php(),    ruby(),       toml(),       python(),
                                       shell(), sql(),    markup(),     yaml()};
    const QString wanted = nameIn(name);
    const auto* const found = std::find_if(
        kLanguages.begin(), kLanguages.end(),
        [&wanted](const CodeLanguage& language) { return language.names.has(wanted); });
    return wanted.isEmpty() || found == kLanguages.end() ? nullptr : found;
}

}  // namespace univi::ui
