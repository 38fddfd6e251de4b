#include "training/options/train_options.h"

#include <sstream>

namespace univi::training {

bool TrainOptions::reports_to(std::string_view service) const {
    std::istringstream services(report_to);
    for (std::string each; std::getline(services, each, ',');)
        if (each == service || each == "all") return true;
    return false;
}

}  // namespace univi::training
