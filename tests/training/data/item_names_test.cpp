#include "training/data/item_names.h"

#include <gmock/gmock.h>

#include "tests/training/training_support.h"

namespace univi::training {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ItemNames, EightAreNamedAndTheOthersCounted) {
    test::ScratchFolder folder;
    test::Json items = test::Json::array();
    for (int i = 0; i < 10; ++i)
        items.push_back(
            {{"id", "n" + std::to_string(i)},
             {"conversations",
              {{{"from", "human"}, {"value", "Hi?"}}, {{"from", "gpt"}, {"value", "Yes."}}}}});
    items[1] = {{"id", "broken"}};
    test::write(folder / "chat.json", items.dump());
    const Dataset dataset = Dataset::from_source({folder / "chat.json", {}});
    const auto names = item_names(dataset, {0, 1});
    ASSERT_EQ(names.size(), 2U);
    EXPECT_THAT(names[0], EndsWith("item 0 (id n0)"));
    EXPECT_THAT(names[1], EndsWith("item 1"));  // cannot be read: without its id
    EXPECT_EQ(list_items(dataset, {0, 2}), names[0] + "; " + item_names(dataset, {2})[0]);
    const std::string many = list_items(dataset, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    EXPECT_THAT(many, HasSubstr("(id n7); and 2 more"));
    EXPECT_THAT(many, Not(HasSubstr("n8")));
}

}  // namespace
}  // namespace univi::training
