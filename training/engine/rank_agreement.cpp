#include "training/engine/rank_agreement.h"

namespace univi::training {

namespace {

constexpr bool StepTally::*kFlags[] = {&StepTally::wants_stop, &StepTally::wants_save,
                                       &StepTally::is_out_of_memory, &StepTally::has_bad_loss};
constexpr std::int64_t StepTally::*kCounts[] = {&StepTally::samples, &StepTally::tokens,
                                                &StepTally::targets};

}  // namespace

StepTally RankAgreement::agree(const StepTally& own) const {
    std::vector<double> sums = {own.loss};
    for (const auto count : kCounts) sums.push_back(static_cast<double>(own.*count));
    for (const auto flag : kFlags) sums.push_back(own.*flag ? 1.0 : 0.0);
    sum_(sums);
    StepTally all;
    auto sum = sums.begin();
    all.loss = *sum++;
    for (const auto count : kCounts) all.*count = static_cast<std::int64_t>(*sum++);
    for (const auto flag : kFlags) all.*flag = *sum++ > 0;
    return all;
}

bool RankAgreement::any(bool own) const {
    std::vector<double> sums = {own ? 1.0 : 0.0};
    sum_(sums);
    return sums[0] > 0;
}

}  // namespace univi::training
