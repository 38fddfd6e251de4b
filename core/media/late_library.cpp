#include "core/media/late_library.h"

#include <dlfcn.h>

#include <string>

#include "core/base/error.h"

namespace univi::media {

LateLibrary::LateLibrary(const char* name, const char* what)
    : name_(name), what_(what), library_(::dlopen(name, RTLD_LAZY | RTLD_LOCAL)) {
    if (library_ == nullptr) refuse();
}

void* LateLibrary::find(const char* symbol) const {
    void* found = ::dlsym(library_, symbol);
    if (found == nullptr) refuse();
    return found;
}

void LateLibrary::refuse() const {
    const char* reason = ::dlerror();
    throw base::Error(base::ErrorKind::File,
                      std::string(what_) + ", " + name_ + ", cannot be opened (" +
                          (reason ? reason : "no reason given") + "): install it again.");
}

}  // namespace univi::media
