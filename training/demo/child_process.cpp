#include "training/demo/child_process.h"

#include <spawn.h>
#include <sys/wait.h>
#include <csignal>
#include <cstring>
#include <stop_token>

#include "core/base/error.h"

extern char** environ;

namespace univi::training::demo {

void run_program(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                 const base::StopToken& stop) {
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    if (const int code =
            posix_spawn(&child, program.c_str(), nullptr, nullptr, pointers.data(), environ);
        code != 0)
        throw base::Error(base::ErrorKind::File,
                          "The program " + program.string() +
                              " could not be started: " + std::strerror(code) + ".");
    int status = 0;
    {
        const std::stop_callback pass_on(stop, [child] { kill(child, SIGTERM); });
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
    }
    base::throw_if_stopped(stop, program.filename().c_str());
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    const std::string how = WIFSIGNALED(status)
                                ? "was ended by signal " + std::to_string(WTERMSIG(status))
                                : "failed with exit code " + std::to_string(WEXITSTATUS(status));
    throw base::Error(base::ErrorKind::Internal,
                      program.filename().string() + " " + how + "; its last lines above say why.");
}

}  // namespace univi::training::demo
