#pragma once

#include <chrono>
#include <string>

namespace univi::server {

/// Finds the socket of a connection of this process by its two ends, which the HTTP library does
/// not give away. The connection must be open. -1 when there is none.
int find_connection(const std::string& remote_address, int remote_port, int local_port);

/// Ends all connections to a port of this process, so that whoever reads from one goes on.
void end_connections(int local_port);

enum class Wake { Event, ClientGone, OutOfTime };

/// Waits until `event` can be read, the client has closed `connection` (-1: not looked at), or the
/// time has come.
Wake wait_for(int event, int connection, std::chrono::steady_clock::time_point until);

}  // namespace univi::server
