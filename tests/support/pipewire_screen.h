#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/media/image.h"

namespace univi::test {

/// How the pictures of a PipeWireScreen lie in memory.
struct ScreenForm {
    int width = 160, height = 120;
    int gap = 0;                          ///< bytes between a row's end and the next row
    bool is_rgb = false;                  ///< the colours' order: red first, or blue first
    int x = 0, y = 0;                     ///< where the part that shows something begins,
    int part_width = 0, part_height = 0;  ///< and its size; 0: all of it
};

/// A desktop that shares its screen: PipeWire's daemon with a socket of its own, a producer of
/// numbered pictures (clips.h), ten a second, and what links it to whoever wants to see it. All of
/// it ends with the object.
class PipeWireScreen {
  public:
    /// True where PipeWire's daemon is installed.
    static bool is_installed();

    /// `folder`: for the socket and the settings. Throws std::runtime_error.
    explicit PipeWireScreen(const std::filesystem::path& folder, const ScreenForm& form = {});
    ~PipeWireScreen();
    PipeWireScreen(const PipeWireScreen&) = delete;
    PipeWireScreen& operator=(const PipeWireScreen&) = delete;

    /// The number of its node.
    std::uint32_t node() const;
    /// A new connection to the daemon, as a portal hands it over; the caller's own.
    int connection() const;
    /// How many pictures were painted.
    int painted() const;
    /// No picture comes any more; the last one stands.
    void stand_still();
    /// It is not shared any more.
    void end();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace univi::test
