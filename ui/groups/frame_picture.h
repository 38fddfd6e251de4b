#pragma once

#include <QImage>
#include <QString>

#include "ui/groups/group_selection.h"

namespace univi::ui {

/// The pixels of the frame that a selection shows. A file is read once while it is shown.
class FramePicture {
  public:
    /// Returns a null image where there is none, or where it cannot be read.
    const QImage& read(const GroupSelection& selection);
    const QImage& last() const { return image_; }

  private:
    QString file_;
    QImage image_;
};

}  // namespace univi::ui
