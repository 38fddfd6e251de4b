#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/protocol/engine_protocol.h"
#include "core/session/engine.h"
#include "core/session/what_if.h"

namespace univi::engine {

/// Answers WhatIfRequests. Keeps what was made of the last one's medium for those that ask the same
/// with something else changed. One thread.
class WhatIfDesk {
  public:
    struct Report {
        std::function<void(protocol::WhatIfEvent)> variant;
        std::function<void(protocol::WhatIfProgressEvent)> progress;
    };
    /// Returns the first answer, once all variants are reported. Throws base::Error.
    protocol::DoneEvent answer(session::Engine& engine, const protocol::WhatIfRequest& request,
                               const session::Observer& observer, const Report& report,
                               const base::StopToken& stop);
    /// Frees all of it. The engine must still be there.
    void forget();

  private:
    void prepare(session::Engine& engine, const protocol::WhatIfRequest& request,
                 const session::Observer& observer, const base::StopToken& stop);
    void ask_variants(const protocol::WhatIfRequest& request, const Report& report,
                      const base::StopToken& stop);
    void rank(session::RankBy by, const Report& report, const base::StopToken& stop);
    protocol::WhatIfEvent event_of(const session::VariantAnswer& answer) const;

    std::string key_;  ///< what was asked of which file
    std::unique_ptr<session::WhatIf> what_if_;
    session::VariantAnswer first_;
};

}  // namespace univi::engine
