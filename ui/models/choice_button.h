#pragma once

#include <QPushButton>

namespace univi::ui {

class ElidedLabel;

/// A model to choose, as a row: its name, and smaller under it where it lies (elided
/// in the middle).
class ChoiceButton : public QPushButton {
    Q_OBJECT
  public:
    ChoiceButton(const QString& icon, const QString& name, const QString& place,
                 QWidget* parent = nullptr);
    QString name() const;
    QString place() const;

  private:
    ElidedLabel *name_, *place_;
};

}  // namespace univi::ui
