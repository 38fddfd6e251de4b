#include "tests/support/desktop/desktop_session.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusReply>
#include <QStandardPaths>
#include <stdexcept>

namespace univi::test {
namespace fs = std::filesystem;

std::string installed(const std::string& program) {
    return QStandardPaths::findExecutable(QString::fromStdString(program)).toStdString();
}

QString fresh_connection_name() {
    static int number = 0;
    return QStringLiteral("univi-test-%1").arg(++number);
}

std::map<std::string, std::string> home_environment(const fs::path& home) {
    const fs::path run = home / "run";
    fs::create_directories(run);
    fs::permissions(run, fs::perms::owner_all);
    return {{"HOME", home.string()},
            {"XDG_DATA_HOME", (home / "data").string()},
            {"XDG_CACHE_HOME", (home / "cache").string()},
            {"XDG_CONFIG_HOME", (home / "config").string()},
            {"XDG_RUNTIME_DIR", run.string()},
            {"HF_HUB_CACHE", (home / "hub").string()},
            {"LC_ALL", "C.UTF-8"}};
}

std::string DesktopSession::missing() {
    for (const char* name : {"Xvfb", "dbus-daemon", "xdotool"})
        if (installed(name).empty()) return name;
    return fs::exists("/usr/share/dbus-1/services/org.a11y.Bus.service") ? "" : "at-spi2-core";
}

DesktopSession::DesktopSession(const fs::path& home) : environment_(home_environment(home)) {
    display_ = std::make_unique<Process>(ProcessOptions{
        {installed("Xvfb"), "-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"},
        {},
        environment_});
    const auto number = display_->read_line(60s);
    if (!number) throw std::runtime_error("Xvfb did not start: " + display_->stderr_text());
    environment_["DISPLAY"] = ":" + *number;
    environment_["QT_QPA_PLATFORM"] = "xcb";
    environment_["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1";
    environment_["WAYLAND_DISPLAY"] = "";
    bus_ = std::make_unique<Process>(
        ProcessOptions{{installed("dbus-daemon"), "--session", "--nofork", "--print-address=1"},
                       {},
                       environment_});
    const auto address = bus_->read_line(60s);
    if (!address) throw std::runtime_error("dbus-daemon did not start: " + bus_->stderr_text());
    environment_["DBUS_SESSION_BUS_ADDRESS"] = *address;
}

std::string DesktopSession::accessibility_address() const {
    QDBusConnection session = QDBusConnection::connectToBus(
        QString::fromStdString(environment_.at("DBUS_SESSION_BUS_ADDRESS")),
        fresh_connection_name());
    const QDBusReply<QString> address =
        session.call(QDBusMessage::createMethodCall(
                         QStringLiteral("org.a11y.Bus"), QStringLiteral("/org/a11y/bus"),
                         QStringLiteral("org.a11y.Bus"), QStringLiteral("GetAddress")),
                     QDBus::Block, 60'000);
    if (!address.isValid())
        throw std::runtime_error("no accessibility bus: " +
                                 address.error().message().toStdString());
    return address.value().toStdString();
}

std::string DesktopSession::xdotool(std::vector<std::string> words) const {
    words.insert(words.begin(), installed("xdotool"));
    const ProcessResult done = run_process({std::move(words), {}, environment_}, {}, 60s);
    if (done.exit_code != 0) throw std::runtime_error("xdotool: " + done.err);
    return done.out;
}

}  // namespace univi::test
