#include "ui/groups/frame_picture.h"

#include <QImageReader>

namespace univi::ui {

const QImage& FramePicture::read(const GroupSelection& selection) {
    const auto& frames = selection.groups().frames;
    const auto position = static_cast<std::size_t>(selection.unit().frame);
    const QString file =
        frames.empty() ? QString() : QString::fromStdString(frames[position].picture);
    if (file == file_ && !file.isEmpty()) return image_;
    file_ = file;
    QImageReader reader(file);
    reader.setAutoTransform(true);
    image_ = file.isEmpty() ? QImage() : reader.read();
    return image_;
}

}  // namespace univi::ui
