#pragma once

namespace univi::media {

/// A library that is opened when it is first needed, since it brings many others, and that stays
/// open.
class LateLibrary {
  public:
    /// `name` as the loader finds it, `what` for sentences: "FFmpeg's library of cameras". Throws
    /// base::Error{File} when it cannot be opened.
    LateLibrary(const char* name, const char* what);
    /// Throws base::Error{File} when the library has no such function.
    template <typename Function>
    Function* function(const char* symbol) const {
        return reinterpret_cast<Function*>(find(symbol));
    }

  private:
    void* find(const char* symbol) const;
    [[noreturn]] void refuse() const;

    const char *name_, *what_;
    void* library_;
};

}  // namespace univi::media
