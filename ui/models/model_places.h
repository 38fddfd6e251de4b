#pragma once

#include <QString>
#include <QStringList>

#include "core/protocol/engine_protocol.h"

namespace univi::ui {

/// "CUDA:0 + CPU" for a model that several devices share, else its device.
QString deviceText(const protocol::LoadedEvent& model);

/// What lies where, a line a device, in the order in which tokens pass; empty for a model that lies
/// on one device.
QStringList placeLines(const protocol::LoadedEvent& model);

}  // namespace univi::ui
