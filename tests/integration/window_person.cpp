#include "tests/integration/window_person.h"

#include <QCoreApplication>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QVariant>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/integration/programs.h"

namespace univi::test {

namespace fs = std::filesystem;

namespace {

/// Beside the window of 1280x800 on a display of 1440x900.
constexpr QPoint kFilePlace(1300, 400);
constexpr QRect kWindow(0, 0, 1280, 800);
constexpr int kWheelStep = 100;  ///< pixels of a page that one step of the wheel moves, at most
constexpr auto kBetweenLooks = 50ms;

AccessibleTree::Wanted holding(const QString& text) {
    return [text](const AccessibleNode& node) { return node.name.contains(text); };
}

std::string text_of(int number) {
    return std::to_string(number);
}

}  // namespace

void WindowPerson::SetUpTestSuite() {
    static int argc = 0;
    static QCoreApplication application(argc, nullptr);
}

void WindowPerson::SetUp() {
    if (const std::string missing = DesktopSession::missing(); !missing.empty())
        GTEST_SKIP() << missing << " is not installed";
    if (installed("curl").empty()) GTEST_SKIP() << "curl is not installed";
    desktop_ = std::make_unique<DesktopSession>(home_.path());
    tree_ = std::make_unique<AccessibleTree>(desktop_->accessibility_address());
}

void WindowPerson::open_window(const std::map<std::string, std::string>& more) {
    std::map<std::string, std::string> environment = desktop_->environment();
    for (const auto& [name, value] : more) environment[name] = value;
    window_ = std::make_unique<Process>(ProcessOptions{{program("univi")}, {}, environment});
    see(QStringLiteral("What do you want to look at?"));
    focus("^UniVi Studio$");
}

void WindowPerson::close_window() const {
    focus("^UniVi Studio$");
    key({"ctrl+q"});
    EXPECT_EQ(window_->wait(60s), 0) << window_->stderr_text();
}

void WindowPerson::mouse(std::vector<std::string> words) const {
    desktop_->xdotool(std::move(words));
}

void WindowPerson::key(std::vector<std::string> names) const {
    names.insert(names.begin(), {"key", "--delay", "20"});
    desktop_->xdotool(std::move(names));
}

void WindowPerson::type(const std::string& text) const {
    desktop_->xdotool({"type", "--delay", "5", text});
}

void WindowPerson::point_at(const QPoint& place) const {
    mouse({"mousemove", text_of(place.x()), text_of(place.y())});
}

/// What was seen may have been pushed aside by something that came meanwhile.
AccessibleNode WindowPerson::at_rest(const AccessibleTree::Wanted& wanted,
                                     const std::string& what) const {
    AccessibleNode node = see(wanted, what);
    wait_until([&] {
        const QRect before = node.box;
        node = see(wanted, what);
        return node.box == before && !node.box.isEmpty();
    });
    return node;
}

void WindowPerson::click(const AccessibleTree::Wanted& wanted, const std::string& what) const {
    point_at(at_rest(wanted, what).box.center());
    mouse({"click", "1"});
}

void WindowPerson::click(const QString& part_of_name) const {
    click(holding(part_of_name), part_of_name.toStdString());
}

void WindowPerson::drag(const QPoint& from, const QPoint& to) const {
    mouse({"mousemove", text_of(from.x()), text_of(from.y()), "mousedown", "1", "mousemove",
           text_of((from.x() + to.x()) / 2), text_of((from.y() + to.y()) / 2), "mousemove",
           text_of(to.x()), text_of(to.y()), "mouseup", "1"});
}

void WindowPerson::drop_file(const std::string& file) const {
    Process source({{UNIVI_DRAG_SOURCE, text_of(kFilePlace.x()), text_of(kFilePlace.y()), file},
                    {},
                    desktop_->environment()});
    const QRect box =
        at_rest(named(QStringLiteral("A file")), "the window to drag a file from").box;
    const QPoint middle = kWindow.center();
    point_at(box.center());
    mouse({"mousedown", "1", "mousemove_relative", "--", "-8", "4"});
    ASSERT_EQ(source.read_line(kMost), "dragging") << source.stderr_text();
    mouse({"mousemove", text_of(middle.x() + 60), text_of(middle.y()), "mousemove",
           text_of(middle.x()), text_of(middle.y())});
    see(QStringLiteral("Drop to ask about it"));
    mouse({"mouseup", "1"});
    EXPECT_EQ(source.read_line(kMost), "dropped") << source.stderr_text();
    // The window fetches it from there, so that the other one must live so long.
    see(QString::fromStdString(fs::path(file).filename().string()));
}

void WindowPerson::focus(const std::string& title) const {
    desktop_->xdotool({"search", "--sync", "--onlyvisible", "--name", title, "windowfocus"});
}

void WindowPerson::scroll_to(const QString& name) const {
    const auto is_inside = [](const QRect& box) {
        return box.top() >= kWindow.top() && box.bottom() <= kWindow.bottom();
    };
    point_at(kWindow.center());  // over fields, too, that must not take the wheel
    ASSERT_TRUE(wait_until([&] {
        const QRect box = at_rest(named(name), name.toStdString()).box;
        if (is_inside(box)) return true;
        const int way = box.center().y() - kWindow.center().y();
        mouse({"click", "--repeat", text_of(std::max(1, std::abs(way) / kWheelStep)), "--delay",
               "10", way < 0 ? "4" : "5"});
        return false;
    })) << name.toStdString()
        << "\n"
        << all();
}

AccessibleNode WindowPerson::see(const AccessibleTree::Wanted& wanted,
                                 const std::string& what) const {
    const auto node = tree_->wait_for(wanted, kMost);
    if (!node) throw std::runtime_error("nothing shows “" + what + "”\n" + all());
    return *node;
}

AccessibleNode WindowPerson::see(const QString& part_of_name) const {
    return see(holding(part_of_name), part_of_name.toStdString());
}

AccessibleTree::Wanted WindowPerson::named(const QString& name, const QString& role) {
    return [name, role](const AccessibleNode& node) {
        return node.name == name && (role.isEmpty() || node.role == role);
    };
}

bool WindowPerson::wait_until(const std::function<bool()>& holds) const {
    const auto end = std::chrono::steady_clock::now() + kMost;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(kBetweenLooks);
    }
    return true;
}

std::string WindowPerson::all() const {
    std::string names;
    for (const AccessibleNode& node : tree_->read())
        names += node.role.toStdString() + " “" + node.name.toStdString() + "” " +
                 node.description.toStdString() + "\n";
    return names;
}

std::vector<WindowPerson::Turn> WindowPerson::turns() const {
    const fs::path file = home_ / "data/univi-studio/conversations.sqlite";
    const QString connection = QStringLiteral("look");
    std::vector<Turn> found;
    if (!fs::exists(file)) return found;
    {
        auto base = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), connection);
        base.setDatabaseName(QString::fromStdString(file.string()));
        base.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY"));
        if (base.open()) {
            QSqlQuery query(QStringLiteral("SELECT question, reply, finish FROM turns ORDER BY id"),
                            base);
            while (query.next())
                found.push_back({query.value(0).toString().toStdString(),
                                 query.value(1).toString().toStdString(),
                                 query.value(2).toString().toStdString()});
        }
    }
    QSqlDatabase::removeDatabase(connection);
    return found;
}

std::string WindowPerson::ask_by_curl(const std::string& address) const {
    const std::string picture = read_bytes(UNIVI_SOURCE_DIR "/resources/samples/street.jpg");
    const base::Json image = {
        {"type", "image_url"},
        {"image_url",
         {{"url", "data:image/jpeg;base64," +
                      QByteArray::fromStdString(picture).toBase64().toStdString()}}}};
    const base::Json text = {{"type", "text"}, {"text", "What is in this picture?"}};
    const base::Json body = {
        {"messages",
         base::Json::array({{{"role", "user"}, {"content", base::Json::array({text, image})}}})}};
    const fs::path file = home_.write("body.json", body.dump());
    const std::string path =
        address.ends_with("/v1") ? "/chat/completions" : "/v1/chat/completions";
    const ProcessResult done =
        run_process({{installed("curl"), "-sS", "--max-time", "120", address + path, "-H",
                      "Content-Type: application/json", "-d", "@" + file.string()},
                     {},
                     desktop_->environment()});
    EXPECT_EQ(done.exit_code, 0) << done.err;
    const base::Json reply = base::Json::parse(done.out, nullptr, false);
    EXPECT_TRUE(reply.contains("choices")) << done.out;
    return reply.contains("choices") ? reply["choices"][0]["message"]["content"].get<std::string>()
                                     : "";
}

}  // namespace univi::test
