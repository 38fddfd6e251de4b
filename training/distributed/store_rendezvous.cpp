#include "training/distributed/store_rendezvous.h"

#include <utility>
#include <vector>

#include "core/base/exception_text.h"
#include "core/protocol/fault.h"

namespace univi::training {

namespace {

/// Runs `action`, whose failures are said as the ranks' meeting place's.
template <typename Action>
void run(Action&& action) {
    try {
        action();
    } catch (const std::exception& error) {
        throw protocol::FaultError(
            base::ErrorKind::Device, protocol::Fault::RankLost,
            "The ranks' meeting place does not answer: " + base::first_line(error));
    }
}

}  // namespace

StoreRendezvous::StoreRendezvous(c10::intrusive_ptr<c10d::TCPStore> connection, std::string prefix)
    : connection_(std::move(connection)),
      prefix_(std::move(prefix)),
      store_(c10::make_intrusive<c10d::PrefixStore>(prefix_, connection_)) {}

void StoreRendezvous::set(const std::string& key, const std::string& value) {
    run([&] { store_->set(key, std::vector<std::uint8_t>(value.begin(), value.end())); });
}

std::string StoreRendezvous::get(const std::string& key, std::chrono::milliseconds timeout) {
    std::string result;
    run([&] {
        store_->wait({key}, timeout);
        const auto bytes = store_->get(key);
        result.assign(bytes.begin(), bytes.end());
    });
    return result;
}

std::optional<std::string> StoreRendezvous::find(const std::string& key) {
    std::optional<std::string> result;
    run([&] {
        if (!store_->check({key})) return;
        const auto bytes = store_->get(key);
        result.emplace(bytes.begin(), bytes.end());
    });
    return result;
}

std::int64_t StoreRendezvous::add(const std::string& key, std::int64_t amount) {
    std::int64_t result = 0;
    run([&] { result = store_->add(key, amount); });
    return result;
}

std::shared_ptr<Rendezvous> StoreRendezvous::second_connection() {
    std::shared_ptr<Rendezvous> result;
    run([&] {
        auto copy = c10::static_intrusive_pointer_cast<c10d::TCPStore>(connection_->clone());
        result = std::make_shared<StoreRendezvous>(std::move(copy), prefix_);
    });
    return result;
}

}  // namespace univi::training
