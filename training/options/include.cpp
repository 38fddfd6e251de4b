#include "training/options/include.h"

#include <sstream>

#include <algorithm>
#include <charconv>

#include "training/options/option_error.h"

namespace univi::training {

namespace {

constexpr int kMaxDevice = 1023;

[[noreturn]] void fail(const std::string& text, const std::string& what) {
    throw OptionError("include", "--include \"" + text + "\" " + what +
                                     "; its form is localhost:0,1,2 or localhost:0-3.");
}

int parse_device(const std::string& text, std::string_view word) {
    int device = -1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), device);
    if (error != std::errc() || end != word.data() + word.size() || device < 0 ||
        device > kMaxDevice)
        fail(text, "has \"" + std::string(word) + "\" where a device number belongs");
    return device;
}

void add_device(const std::string& text, int device, std::vector<int>& devices) {
    if (std::find(devices.begin(), devices.end(), device) != devices.end())
        fail(text, "names device " + std::to_string(device) + " twice");
    devices.push_back(device);
}

/// "3" or "0-3".
void add_devices(const std::string& text, std::string_view word, std::vector<int>& devices) {
    const auto dash = word.find('-');
    const int first = parse_device(text, word.substr(0, dash));
    const int last =
        dash == std::string_view::npos ? first : parse_device(text, word.substr(dash + 1));
    if (last < first) fail(text, "has a range that runs backwards");
    for (int device = first; device <= last; ++device) add_device(text, device, devices);
}

}  // namespace

IncludedDevices parse_include(const std::string& text) {
    IncludedDevices result;
    if (text.empty()) return result;
    if (text.find('@') != std::string::npos)
        fail(text,
             "names several hosts, which need a launcher on each (torchrun --no-python, mpirun, "
             "Slurm)");
    const auto colon = text.find(':');
    result.host = text.substr(0, colon);
    if (result.host.empty()) fail(text, "has no host before the colon");
    if (result.host.find_first_of(", \t") != std::string::npos)
        fail(text, "has no host name before its devices");
    if (colon == std::string::npos) return result;
    const std::string_view list = std::string_view(text).substr(colon + 1);
    for (std::size_t begin = 0; begin <= list.size();) {
        const auto end = std::min(list.find(',', begin), list.size());
        add_devices(text, list.substr(begin, end - begin), result.devices);
        begin = end + 1;
    }
    return result;
}

namespace {

std::vector<std::string> named_gpus(const std::string& variable) {
    std::vector<std::string> names;
    std::istringstream list(variable);
    for (std::string name; std::getline(list, name, ',');) {
        std::erase(name, ' ');
        names.push_back(name);
    }
    return names;
}

}  // namespace

int count_visible(const std::string& variable) {
    return static_cast<int>(named_gpus(variable).size());
}

std::string visible_devices(const std::vector<int>& devices, const std::string& variable) {
    const std::vector<std::string> names = named_gpus(variable);
    std::string result;
    for (const int device : devices)
        result +=
            (result.empty() ? "" : ",") +
            (names.empty() ? std::to_string(device) : names.at(static_cast<std::size_t>(device)));
    return result;
}

}  // namespace univi::training
