#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

namespace univi::test {

/// A camera on a port of this machine for one test: plays a clip by RTSP to one viewer after the
/// other, its RTP packets inside the RTSP connection, as fast as they are taken.
class RtspServer {
  public:
    explicit RtspServer(std::filesystem::path clip);
    ~RtspServer();
    RtspServer(const RtspServer&) = delete;
    RtspServer& operator=(const RtspServer&) = delete;

    /// "rtsp://127.0.0.1:port/camera".
    std::string address() const;

  private:
    void serve();
    void talk(int connection);

    std::filesystem::path clip_;
    int port_ = 0, listener_ = -1;  ///< in this order: opening gives both
    std::atomic<bool> over_ = false;
    std::thread thread_;
};

}  // namespace univi::test
