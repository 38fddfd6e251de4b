#include "core/base/resident_memory.h"

#include <unistd.h>

#include <fstream>
#include <string>

namespace univi::base {

std::optional<std::int64_t> resident_memory(std::int64_t process) {
    if (process < 0) return std::nullopt;
    const std::string name = process == 0 ? "self" : std::to_string(process);
    // Its second number is the pages in main memory.
    std::ifstream file("/proc/" + name + "/statm");
    std::int64_t whole = 0, resident = 0;
    if (!(file >> whole >> resident)) return std::nullopt;
    return resident * ::sysconf(_SC_PAGESIZE);
}

std::int64_t machine_memory() {
    return std::int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGE_SIZE);
}

}  // namespace univi::base
