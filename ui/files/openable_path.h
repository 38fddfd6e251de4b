#pragma once

#include <QString>
#include <string>

namespace univi::ui {

/// A path that Qt can open for the file that it shows as `path`. Qt keeps file names as Unicode: of
/// a name that is no UTF-8 (from an old disk, a camera, an archive) it shows U+FFFD in place of the
/// bytes it cannot read, and no longer finds the file. This finds the one file that is shown so and
/// gives a link to it in the cache folder, with a readable name. Any other path, also one that is
/// nowhere or fits two files, is returned as it is. Reads folders; never throws.
QString openablePath(const QString& path);

/// The same for a path whose bytes are known: it need not be searched for. A path that is UTF-8 is
/// returned as it is.
QString openablePathOf(const std::string& path);

}  // namespace univi::ui
