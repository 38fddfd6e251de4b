#include "core/base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/base/error.h"
#include "core/base/printable.h"

namespace univi::base {

namespace {

constexpr std::size_t kLongestExpression = 4096;
/// Steps of one match: some milliseconds. Names that are matched have under 200 characters.
constexpr std::uint32_t kMostSteps = 200'000;
constexpr std::uint32_t kMostHeapKilobytes = 4096;

template <auto Free>
struct Freed {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};

}  // namespace

struct Pattern::Impl {
    std::string expression, where;
    std::unique_ptr<pcre2_code, Freed<pcre2_code_free>> code;
    std::unique_ptr<pcre2_match_data, Freed<pcre2_match_data_free>> data;
    std::unique_ptr<pcre2_match_context, Freed<pcre2_match_context_free>> limits;

    [[noreturn]] void refuse(const std::string& why) const {
        throw Error(ErrorKind::Format,
                    where + ": the expression " + in_quotes(expression) + " " + why);
    }
};

Pattern::Pattern(const std::string& expression, std::string where)
    : impl_(std::make_unique<Impl>()) {
    impl_->expression = expression;
    impl_->where = std::move(where);
    if (expression.size() > kLongestExpression) impl_->refuse("is too long");
    const std::string whole = "(?:" + expression + ")\\z";
    int error = 0;
    PCRE2_SIZE at = 0;
    impl_->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(whole.data()), whole.size(),
                                    PCRE2_ANCHORED, &error, &at, nullptr));
    if (!impl_->code) {
        PCRE2_UCHAR text[160] = {};
        pcre2_get_error_message(error, text, sizeof text);
        impl_->refuse(std::string("is not valid: ") + reinterpret_cast<const char*>(text));
    }
    impl_->data.reset(pcre2_match_data_create_from_pattern(impl_->code.get(), nullptr));
    impl_->limits.reset(pcre2_match_context_create(nullptr));
    pcre2_set_match_limit(impl_->limits.get(), kMostSteps);
    pcre2_set_heap_limit(impl_->limits.get(), kMostHeapKilobytes);
}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

bool Pattern::matches(std::string_view text) const {
    const int result = pcre2_match(impl_->code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                   text.size(), 0, 0, impl_->data.get(), impl_->limits.get());
    if (result >= 0) return true;
    if (result == PCRE2_ERROR_NOMATCH) return false;
    impl_->refuse("takes too long to match");
}

}  // namespace univi::base
