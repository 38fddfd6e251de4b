#include "training/options/named_value.h"

#include "core/base/error.h"

namespace univi::training {

void NamedText::set(std::string_view text) {
    text_ = text;
    index_.reset();
    for (std::size_t i = 0; i < names_.size() && !index_; ++i)
        if (text_ == names_[i]) index_ = i;
}

std::size_t NamedText::known_index() const {
    if (index_) return *index_;
    std::string known;
    for (const char* each : names_)
        if (*each) known += (known.empty() ? "" : ", ") + std::string(each);
    throw base::Error(base::ErrorKind::Usage, "\"" + text_ + "\" is none of " + known + ".");
}

}  // namespace univi::training
