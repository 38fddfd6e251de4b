// A person's way through the real window, with mouse and keys: get a model of the hub, load it,
// switch the server on, and ask it by curl.
#include <gmock/gmock.h>

#include <QRegularExpression>
#include <filesystem>

#include "core/base/file.h"
#include "tests/integration/window_person.h"
#include "tests/support/hub_server.h"

namespace univi::test {
namespace {

namespace fs = std::filesystem;

class WindowModelsStoryTest : public WindowPerson {
  protected:
    /// The hub on this machine has the demo model, as its maker would have put it there.
    void fill_the_hub() {
        const fs::path model = UNIVI_SOURCE_DIR "/resources/demo";
        for (const auto& entry : fs::recursive_directory_iterator(model))
            if (entry.is_regular_file())
                hub_.add(entry.path().lexically_relative(model).string(),
                         base::read_file(entry.path()), entry.file_size() > 100'000);
    }
    void go_to(const QString& page) const {
        click(named(page), page.toStdString());
        see(
            [&](const AccessibleNode& node) {
                return node.name == page && node.is(AccessibleNode::Checked);
            },
            page.toStdString());
    }
    void get_the_model() const {
        go_to(QStringLiteral("Models"));
        scroll_to(QStringLiteral("Model of the hub"));
        click(named(QStringLiteral("Model of the hub")), "the field for a name");
        type("owner/name");
        key({"Return"});
        see(QStringLiteral("Load: owner/name"));
        EXPECT_TRUE(fs::exists(home_ / "hub/models--owner--name/snapshots" / HubServer::kCommit /
                               "model.safetensors"));
    }
    void load_the_model() const {
        scroll_to(QStringLiteral("Load: owner/name"));
        click(QStringLiteral("Load: owner/name"));
        see(QStringLiteral("/models--owner--name/snapshots/"));  // what is loaded
    }
    /// The address that Settings says.
    std::string switch_the_server_on() const {
        go_to(QStringLiteral("Settings"));
        scroll_to(QStringLiteral("Answer other programs"));
        click(QStringLiteral("Answer other programs"));
        const QString said = see(QStringLiteral(" at http://")).name;
        const QRegularExpression address(QStringLiteral("http://\\S+"));
        return address.match(said).captured(0).toStdString();
    }

    HubServer hub_;
};

TEST_F(WindowModelsStoryTest, FromTheHubToCurl) {
    fill_the_hub();
    open_window({{"HF_ENDPOINT", hub_.address()},
                 {"HF_TOKEN", ""},
                 {"HF_HUB_OFFLINE", ""},
                 {"no_proxy", "127.0.0.1"}});
    get_the_model();
    load_the_model();
    EXPECT_FALSE(ask_by_curl(switch_the_server_on()).empty());
    see(QStringLiteral("requests answered: 1"));
    close_window();
}

}  // namespace
}  // namespace univi::test
