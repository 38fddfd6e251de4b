#pragma once

#include <QDBusConnection>
#include <QRect>
#include <QString>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace univi::test {

/// One object as a screen reader meets it.
struct AccessibleNode {
    enum State { Checked = 4, Enabled = 8, Focusable = 11, Focused = 12, Showing = 25 };

    QString service, path;
    QString name, description, role;
    quint64 states = 0;
    QRect box;  ///< on the screen
    int depth = 0;

    bool is(State state) const { return (states >> state & 1) != 0; }
};

/// The accessibility tree of all programs of a bus (AT-SPI over D-Bus). Every call asks anew.
class AccessibleTree {
  public:
    explicit AccessibleTree(const std::string& address);

    using Wanted = std::function<bool(const AccessibleNode&)>;
    /// All objects that show, from above to below.
    std::vector<AccessibleNode> read() const;
    std::optional<AccessibleNode> find(const Wanted& wanted) const;
    /// Looks again and again until one is there; nothing after the time.
    std::optional<AccessibleNode> wait_for(const Wanted& wanted, std::chrono::seconds most) const;
    /// Whether another object is its label.
    bool is_labelled(const AccessibleNode& node) const;
    /// Does what a click does.
    void press(const AccessibleNode& node) const;
    /// The box of a character of a text, on the screen.
    QRect character(const AccessibleNode& node, int offset) const;

  private:
    using Arguments = QList<QVariant>;
    QVariantList call(const AccessibleNode& node, const char* interface, const char* method,
                      const Arguments& arguments = {}) const;
    QVariant property(const AccessibleNode& node, const char* name) const;
    std::vector<AccessibleNode> children(const AccessibleNode& node) const;
    void fill(AccessibleNode& node) const;
    void collect(const AccessibleNode& node, std::vector<AccessibleNode>& into) const;

    QDBusConnection bus_;
};

}  // namespace univi::test
