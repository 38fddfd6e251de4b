#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "tests/support/process.h"

namespace univi::test {

std::string program(const std::string& name);
std::string golden_model();
std::string golden_input(const std::string& name);
/// The record of golden/data/tinyA_generate.json of this name.
base::Json golden_record(const std::string& name);
std::string trimmed(const std::string& text);

/// univi-cli with the golden model, two threads at most.
ProcessResult run_cli(std::vector<std::string> arguments, const std::string& input = {});

}  // namespace univi::test
