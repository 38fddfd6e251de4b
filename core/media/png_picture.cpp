#include "core/media/png_picture.h"

#include <png.h>

#include <csetjmp>
#include <cstring>
#include <utility>
#include <vector>

#include "core/media/transparency.h"

namespace univi::media {

namespace {

/// libpng leaves through longjmp on an error, so that nothing with a destructor may live in the
/// functions that call it: it lives here.
struct PngReading {
    png_structp png = nullptr;
    png_infop info = nullptr;
    const std::string* bytes = nullptr;
    std::size_t at = 0;
    int width = 0, height = 0;
    std::vector<std::uint8_t> rgba;
    std::vector<png_bytep> rows;

    ~PngReading() { png_destroy_read_struct(&png, &info, nullptr); }
};

void read_bytes(png_structp png, png_bytep out, png_size_t wanted) {
    auto& reading = *static_cast<PngReading*>(png_get_io_ptr(png));
    if (wanted > reading.bytes->size() - reading.at) png_error(png, "cut off");
    std::memcpy(out, reading.bytes->data() + reading.at, wanted);
    reading.at += wanted;
}

[[noreturn]] void leave(png_structp png, png_const_charp) {
    png_longjmp(png, 1);
}
void say_nothing(png_structp, png_const_charp) {}

bool read_header(PngReading& reading) {
    png_structp png = reading.png;
    if (setjmp(png_jmpbuf(png))) return false;
    png_set_read_fn(png, &reading, read_bytes);
    png_read_info(png, reading.info);
    reading.width = static_cast<int>(png_get_image_width(png, reading.info));
    reading.height = static_cast<int>(png_get_image_height(png, reading.info));
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
    png_set_interlace_handling(png);
    png_read_update_info(png, reading.info);
    return png_get_rowbytes(png, reading.info) == png_size_t(reading.width) * 4;
}

bool read_pixels(PngReading& reading) {
    if (setjmp(png_jmpbuf(reading.png))) return false;
    png_read_image(reading.png, reading.rows.data());
    return true;
}

}  // namespace

std::optional<Image> decode_png_on_white(const std::string& bytes) {
    PngReading reading;
    reading.bytes = &bytes;
    reading.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, leave, say_nothing);
    reading.info = reading.png ? png_create_info_struct(reading.png) : nullptr;
    if (!reading.info || !read_header(reading)) return std::nullopt;
    reading.rgba.resize(std::size_t(reading.width) * reading.height * 4);
    for (int y = 0; y < reading.height; ++y)
        reading.rows.push_back(reading.rgba.data() + std::size_t(y) * reading.width * 4);
    if (!read_pixels(reading)) return std::nullopt;
    return flatten_on_white(reading.width, reading.height, std::move(reading.rgba));
}

}  // namespace univi::media
