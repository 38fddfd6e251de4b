// A stand-in for NVIDIA's driver, for tests of what is said of one: FAKE_CUDA_INIT is what cuInit
// returns, FAKE_CUDA_VERSION the driver's version, FAKE_CUDA_GPUS the compute capabilities, as
// "75,61".
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

namespace {

int number_from(const char* name, int otherwise) {
    const char* text = std::getenv(name);
    return text ? std::atoi(text) : otherwise;
}

std::vector<int> capabilities() {
    const char* text = std::getenv("FAKE_CUDA_GPUS");
    std::istringstream list(text ? text : "");
    std::vector<int> all;
    for (std::string part; std::getline(list, part, ',');) all.push_back(std::atoi(part.c_str()));
    return all;
}

}  // namespace

extern "C" {

int cuInit(unsigned) {
    return number_from("FAKE_CUDA_INIT", 0);
}
int cuDriverGetVersion(int* version) {
    *version = number_from("FAKE_CUDA_VERSION", 13000);
    return 0;
}
int cuDeviceGetCount(int* count) {
    *count = static_cast<int>(capabilities().size());
    return 0;
}
int cuDeviceGet(int* device, int index) {
    *device = index;
    return 0;
}
int cuDeviceGetName(char* name, int size, int device) {
    std::snprintf(name, static_cast<std::size_t>(size), "Test GPU %d", device);
    return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int device) {
    const int capability = capabilities().at(static_cast<std::size_t>(device));
    *value = attribute == 75 ? capability / 10 : capability % 10;
    return 0;
}
}
