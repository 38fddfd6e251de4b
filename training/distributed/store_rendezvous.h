#pragma once

#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "training/distributed/process_group.h"

namespace univi::training {

/// A meeting place in LibTorch's TCP store, under a prefix of its own. Holds c10d's headers: only
/// for the sources that open groups.
class StoreRendezvous : public Rendezvous {
  public:
    StoreRendezvous(c10::intrusive_ptr<c10d::TCPStore> connection, std::string prefix);
    void set(const std::string& key, const std::string& value) override;
    std::string get(const std::string& key, std::chrono::milliseconds timeout) override;
    std::optional<std::string> find(const std::string& key) override;
    std::int64_t add(const std::string& key, std::int64_t amount) override;
    std::shared_ptr<Rendezvous> second_connection() override;
    const c10::intrusive_ptr<c10d::Store>& store() const { return store_; }

  private:
    c10::intrusive_ptr<c10d::TCPStore> connection_;
    std::string prefix_;
    c10::intrusive_ptr<c10d::Store> store_;
};

}  // namespace univi::training
