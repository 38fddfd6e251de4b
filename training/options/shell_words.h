#pragma once

#include <map>
#include <string>
#include <vector>

namespace univi::training {

/// The simple commands of a shell text: each a list of words. Quotes, backslashes, comments and
/// line continuations are taken as a POSIX shell takes them; a redirection and its file are left
/// out; ; && || | & and newlines end a command. Variables that the text itself sets are put in;
/// others stay as they are written. Nothing is run, no file name is matched.
struct ShellText {
    std::vector<std::vector<std::string>> commands;
    /// set in the text, alone on a line or by export
    std::map<std::string, std::string> variables;
    bool is_open = false;  ///< a quote is not closed
};
ShellText read_shell(const std::string& text);

/// Whether `word` is NAME=value.
bool is_assignment(const std::string& word);

/// `words` as one line for a shell, quoted where needed.
std::string shell_line(const std::vector<std::string>& words);

}  // namespace univi::training
