#include "tests/support/desktop/accessible_tree.h"

#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusVariant>
#include <stdexcept>
#include <thread>

#include "tests/support/desktop/desktop_session.h"

namespace univi::test {
namespace {

using namespace std::chrono_literals;

constexpr int kCallMs = 60'000;
constexpr auto kBetweenLooks = 100ms;
constexpr const char* kAccessible = "org.a11y.atspi.Accessible";

QRect boxOf(const QDBusArgument& argument) {
    int x = 0, y = 0, width = 0, height = 0;
    argument.beginStructure();
    argument >> x >> y >> width >> height;
    argument.endStructure();
    return {x, y, width, height};
}

std::vector<AccessibleNode> readObjects(const QDBusArgument& list) {
    std::vector<AccessibleNode> found;
    list.beginArray();
    while (!list.atEnd()) {
        AccessibleNode node;
        QDBusObjectPath path;
        list.beginStructure();
        list >> node.service >> path;
        list.endStructure();
        node.path = path.path();
        found.push_back(node);
    }
    list.endArray();
    return found;
}

}  // namespace

AccessibleTree::AccessibleTree(const std::string& address)
    : bus_(
          QDBusConnection::connectToBus(QString::fromStdString(address), fresh_connection_name())) {
    if (!bus_.isConnected()) throw std::runtime_error("no accessibility bus at " + address);
}

/// An object that is gone by now answers with nothing.
QVariantList AccessibleTree::call(const AccessibleNode& node, const char* interface,
                                  const char* method, const Arguments& arguments) const {
    QDBusMessage message = QDBusMessage::createMethodCall(
        node.service, node.path, QLatin1String(interface), QLatin1String(method));
    message.setArguments(arguments);
    const QDBusMessage reply = bus_.call(message, QDBus::Block, kCallMs);
    return reply.type() == QDBusMessage::ReplyMessage ? reply.arguments() : QVariantList();
}

QVariant AccessibleTree::property(const AccessibleNode& node, const char* name) const {
    const QVariantList values = call(node, "org.freedesktop.DBus.Properties", "Get",
                                     {QLatin1String(kAccessible), QLatin1String(name)});
    return values.isEmpty() ? QVariant() : values.first().value<QDBusVariant>().variant();
}

std::vector<AccessibleNode> AccessibleTree::children(const AccessibleNode& node) const {
    const QVariantList values = call(node, kAccessible, "GetChildren");
    if (values.isEmpty()) return {};
    std::vector<AccessibleNode> found = readObjects(values.first().value<QDBusArgument>());
    for (AccessibleNode& child : found) child.depth = node.depth + 1;
    return found;
}

void AccessibleTree::fill(AccessibleNode& node) const {
    node.name = property(node, "Name").toString();
    node.description = property(node, "Description").toString();
    const QVariantList role = call(node, kAccessible, "GetRoleName");
    if (!role.isEmpty()) node.role = role.first().toString();
    const QVariantList states = call(node, kAccessible, "GetState");
    if (!states.isEmpty()) {
        const auto halves = qdbus_cast<QList<uint>>(states.first());
        for (qsizetype i = 0; i < std::min<qsizetype>(2, halves.size()); ++i)
            node.states |= quint64(halves[i]) << (32 * i);
    }
    const QVariantList box = call(node, "org.a11y.atspi.Component", "GetExtents", {uint(0)});
    if (!box.isEmpty()) node.box = boxOf(box.first().value<QDBusArgument>());
}

void AccessibleTree::collect(const AccessibleNode& node, std::vector<AccessibleNode>& into) const {
    for (AccessibleNode& child : children(node)) {
        fill(child);
        const bool is_program = child.depth == 1;
        if (!is_program && !child.is(AccessibleNode::Showing)) continue;
        if (!is_program) into.push_back(child);
        collect(child, into);
    }
}

std::vector<AccessibleNode> AccessibleTree::read() const {
    AccessibleNode desktop;
    desktop.service = QStringLiteral("org.a11y.atspi.Registry");
    desktop.path = QStringLiteral("/org/a11y/atspi/accessible/root");
    std::vector<AccessibleNode> found;
    collect(desktop, found);
    return found;
}

std::optional<AccessibleNode> AccessibleTree::find(const Wanted& wanted) const {
    for (const AccessibleNode& node : read())
        if (wanted(node)) return node;
    return std::nullopt;
}

std::optional<AccessibleNode> AccessibleTree::wait_for(const Wanted& wanted,
                                                       std::chrono::seconds most) const {
    const auto end = std::chrono::steady_clock::now() + most;
    while (true) {
        if (auto found = find(wanted)) return found;
        if (std::chrono::steady_clock::now() > end) return std::nullopt;
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

bool AccessibleTree::is_labelled(const AccessibleNode& node) const {
    constexpr uint kLabelledBy = 2;
    const QVariantList values = call(node, kAccessible, "GetRelationSet");
    if (values.isEmpty()) return false;
    const auto relations = values.first().value<QDBusArgument>();
    bool found = false;
    relations.beginArray();
    while (!relations.atEnd()) {
        uint kind = 0;
        relations.beginStructure();
        relations >> kind;
        readObjects(relations);
        relations.endStructure();
        found = found || kind == kLabelledBy;
    }
    relations.endArray();
    return found;
}

void AccessibleTree::press(const AccessibleNode& node) const {
    call(node, "org.a11y.atspi.Action", "DoAction", {0});
}

QRect AccessibleTree::character(const AccessibleNode& node, int offset) const {
    const QVariantList box =
        call(node, "org.a11y.atspi.Text", "GetCharacterExtents", {offset, uint(0)});
    if (box.size() < 4) return {};
    return {box[0].toInt(), box[1].toInt(), box[2].toInt(), box[3].toInt()};
}

}  // namespace univi::test
