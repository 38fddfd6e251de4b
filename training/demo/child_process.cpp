#include "training/demo/child_process.h"

#include <csignal>
#include <stop_token>

#include "core/base/child_process.h"
#include "core/base/error.h"

namespace univi::training::demo {

void run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                 const base::StopToken& stop) {
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    base::ChildProcess child(words);
    int code = 0;
    {
        const std::stop_callback pass_on(stop, [&child] { child.signal(SIGTERM); });
        code = child.wait();
    }
    base::throw_if_stopped(stop, program.filename().c_str());
    if (code == 0) return;
    const std::string how = code > 128 ? "was ended by signal " + std::to_string(code - 128)
                                       : "failed with exit code " + std::to_string(code);
    throw base::Error(base::ErrorKind::Internal,
                      program.filename().string() + " " + how + "; its last lines above say why.");
}

}  // namespace univi::training::demo
