#include "ui/widgets/word_number.h"

#include <QDoubleSpinBox>
#include <QEvent>
#include <QSpinBox>
#include <QTimer>

#include "ui/widgets/build.h"

namespace univi::ui {
namespace {

constexpr const char* kOffers = "offersWord";
constexpr const char* kShows = "showsWord";

/// A word is marked when the field is entered: what is typed takes its place.
class WordMarker : public QObject {
  public:
    explicit WordMarker(QAbstractSpinBox* box) : QObject(box), box_(box) {
        box->installEventFilter(this);
    }
    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::FocusIn && box_->property(kShows).toBool())
            QTimer::singleShot(0, box_, &QAbstractSpinBox::selectAll);
        return QObject::eventFilter(watched, event);
    }

  private:
    QAbstractSpinBox* box_;
};

template <typename Box>
void dress(Box* box) {
    const bool shows = box->value() == box->minimum() && !box->specialValueText().isEmpty();
    if (box->property(kShows).toBool() == shows) return;
    box->setProperty(kShows, shows);
    restyle(box);
}

template <typename Box>
void offer(Box* box, const QString& word) {
    box->setSpecialValueText(word);
    if (!box->property(kOffers).toBool()) {
        box->setProperty(kOffers, true);
        new WordMarker(box);
        QObject::connect(box, &Box::valueChanged, box, [box] { dress(box); });
    }
    dress(box);
}

}  // namespace

void offerWord(QAbstractSpinBox* box, const QString& word) {
    if (auto* whole = qobject_cast<QSpinBox*>(box)) offer(whole, word);
    if (auto* real = qobject_cast<QDoubleSpinBox*>(box)) offer(real, word);
}

}  // namespace univi::ui
