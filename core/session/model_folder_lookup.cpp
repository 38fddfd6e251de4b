#include "core/session/model_folder_lookup.h"

#include <system_error>

#include "core/base/error.h"
#include "core/base/paths.h"

namespace univi::session {

namespace fs = std::filesystem;
using base::Error;
using base::ErrorKind;

fs::path find_model_folder(const std::string& model, const std::string& what) {
    if (model.empty()) {
        if (auto demo = base::demo_model_folder()) return *demo;
        throw Error(ErrorKind::File,
                    "No model was named and the demo model is not installed: name a model folder.");
    }
    std::error_code error;
    if (fs::is_directory(model, error)) return model;
    if (auto cached = base::find_in_hugging_face_cache(model)) return *cached;
    if (fs::exists(model, error))
        throw Error(ErrorKind::File,
                    "The " + what + " " + model +
                        " is not a folder: name the folder that holds config.json.");
    throw Error(ErrorKind::File,
                "The " + what + " folder " + model + " does not exist: check its name.");
}

}  // namespace univi::session
