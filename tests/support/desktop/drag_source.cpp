// A window to drag a file out of, as a file manager's: univi_drag_source X Y FILE. Says "dragging"
// when a drag begins and "dropped" when it was taken, each on a line.
#include <QApplication>
#include <QDrag>
#include <QLabel>
#include <QMimeData>
#include <QMouseEvent>
#include <QUrl>
#include <cstdio>

namespace univi::test {
namespace {

constexpr int kSide = 120;

void say(const char* word) {
    std::puts(word);
    std::fflush(stdout);
}

class DragSource : public QLabel {
  public:
    explicit DragSource(QString file) : QLabel(QStringLiteral("A file")), file_(std::move(file)) {
        setAlignment(Qt::AlignCenter);
        setFixedSize(kSide, kSide);
    }

  protected:
    void mousePressEvent(QMouseEvent* event) override { event->accept(); }
    void mouseMoveEvent(QMouseEvent*) override {
        auto* drag = new QDrag(this);
        auto* data = new QMimeData;
        data->setUrls({QUrl::fromLocalFile(file_)});
        drag->setMimeData(data);
        say("dragging");
        say(drag->exec(Qt::CopyAction) == Qt::CopyAction ? "dropped" : "refused");
    }

  private:
    QString file_;
};

}  // namespace
}  // namespace univi::test

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    if (argc != 4) return 2;
    univi::test::DragSource source(QString::fromLocal8Bit(argv[3]));
    source.move(QByteArray(argv[1]).toInt(), QByteArray(argv[2]).toInt());
    source.setWindowTitle(QStringLiteral("Files"));
    source.show();
    return QApplication::exec();
}
