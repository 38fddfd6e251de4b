#include "tests/integration/programs.h"

#include <stdexcept>

namespace univi::test {

std::string program(const std::string& name) {
    return std::string(UNIVI_BIN_DIR) + "/" + name;
}

std::string golden_model() {
    return std::string(UNIVI_GOLDEN) + "/models/tinyA";
}

std::string golden_input(const std::string& name) {
    return std::string(UNIVI_GOLDEN) + "/inputs/" + name;
}

base::Json golden_record(const std::string& name) {
    for (const auto& record :
         base::read_json_file(std::string(UNIVI_GOLDEN) + "/data/tinyA_generate.json"))
        if (record.at("name") == name) return record;
    throw std::out_of_range("no golden record " + name);
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos
               ? ""
               : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

ProcessResult run_cli(std::vector<std::string> arguments, const std::string& input) {
    arguments.insert(arguments.begin(), program("univi-cli"));
    return run_process({std::move(arguments), {}}, input);
}

}  // namespace univi::test
