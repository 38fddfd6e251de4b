#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/eval/scoring.h"

namespace univi::eval {

/// Where a table comes from. Every table and export carries it.
struct Provenance {
    std::string model, model_sha256;  ///< name of the checkpoint's folder; checksum of its files
    std::string conv, sampling;       ///< template; "temperature 0.2, top-k 50, …" or "greedy"
    std::uint64_t seed = 0;
    std::string dtype, device, placement;
    std::string judge, judge_templates_sha256;  ///< empty: none
    std::string date;                           ///< UTC, ISO 8601
    std::string program;                        ///< "univi-cli 0.1.0"
    struct File {
        std::string role, name, sha256;  ///< role: questions, answers, problems, verdicts, …
    };
    std::vector<File> files;
};

/// A scored run: one or more sets of one task by one checkpoint. What the Eval page opens.
struct Results {
    Task task = Task::Pope;
    Provenance provenance;
    /// The checkpoint's folder on this machine, so that the window can ask it again; no export
    /// shows it. Empty: the demo model, or not known.
    std::string model_folder;
    std::vector<SetResult> sets;
};

base::Json to_json(const Results& results);
/// Throws Error{Format} naming what is missing. `where` names the file.
Results results_from_json(const base::Json& json, const std::string& where);
/// Writes atomically, reads back with bounds. Throws Error{File|Format}.
void write_results(const std::filesystem::path& path, const Results& results);
Results read_results(const std::filesystem::path& path);

/// Returns <folder>/<stem>.results.json beside an answer file.
std::filesystem::path results_path(const std::filesystem::path& answers);

}  // namespace univi::eval
