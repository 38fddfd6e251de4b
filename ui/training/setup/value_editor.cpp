#include "ui/training/setup/value_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <QWheelEvent>

#include "core/text/conversation_template.h"
#include "ui/training/tool/labels.h"
#include "ui/widgets/build.h"
#include "ui/widgets/icons.h"
#include "ui/widgets/open_dialog.h"

namespace univi::ui {
namespace {

using training::OptionEditor;
using training::OptionFace;

constexpr int kNumberWidth = 120, kChoiceWidth = 200;

/// A list of choices that scrolling the form does not change.
class QuietComboBox : public QComboBox {
  public:
    QuietComboBox() { setFocusPolicy(Qt::StrongFocus); }

  protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

void markWrong(QWidget* widget, bool wrong) {
    if (widget->property("invalid").toBool() == wrong) return;
    widget->setProperty("invalid", wrong);
    restyle(widget);
}

QHBoxLayout* lineIn(QWidget* widget) {
    auto* line = new QHBoxLayout(widget);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(8);
    return line;
}

/// A line of text; numbers are short and have their unit behind them.
class LineEditor : public ValueEditor {
  public:
    LineEditor(const OptionFace& face, const QString& name) : edit_(new QLineEdit) {
        QHBoxLayout* line = lineIn(this);
        line->addWidget(edit_);
        const bool number = face.editor == OptionEditor::Whole || face.editor == OptionEditor::Real;
        if (number) {
            edit_->setFixedWidth(kNumberWidth);
            edit_->setAlignment(Qt::AlignRight);
            edit_->setInputMethodHints(Qt::ImhPreferNumbers);
        }
        if (*face.unit) line->addWidget(makeLabel(optionText(face.unit), "muted"));
        if (number) line->addStretch(1);
        edit_->setAccessibleName(name);
        setFocusProxy(edit_);
        connect(edit_, &QLineEdit::textEdited, this, &ValueEditor::edited);
    }
    void setText(const QString& text) override {
        if (edit_->text() != text) edit_->setText(text);
    }
    void setWrong(bool wrong) override { markWrong(edit_, wrong); }

  private:
    QLineEdit* edit_;
};

class SwitchEditor : public ValueEditor {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::SwitchEditor)
  public:
    SwitchEditor(const OptionFace&, const QString& name) : box_(new QCheckBox) {
        lineIn(this)->addWidget(box_);
        box_->setAccessibleName(name);
        setFocusProxy(box_);
        connect(box_, &QCheckBox::toggled, this, [this](bool on) {
            showWord();
            Q_EMIT edited(on ? QStringLiteral("True") : QStringLiteral("False"));
        });
        showWord();
    }
    void setText(const QString& text) override {
        const QSignalBlocker quiet(this);
        box_->setChecked(text == QLatin1String("True"));
        showWord();
    }

  private:
    void showWord() { box_->setText(box_->isChecked() ? tr("on") : tr("off")); }
    QCheckBox* box_;
};

/// One of several texts; open lists take others too.
class ChoiceEditor : public ValueEditor {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::ChoiceEditor)
  public:
    ChoiceEditor(const OptionFace& face, const QString& name, const QStringList& choices, bool open)
        : box_(new QuietComboBox), open_(open) {
        QHBoxLayout* line = lineIn(this);
        box_->setEditable(open);
        box_->setInsertPolicy(QComboBox::NoInsert);
        box_->setMinimumWidth(kChoiceWidth);
        line->addWidget(box_);
        if (*face.unit) line->addWidget(makeLabel(optionText(face.unit), "muted"));
        line->addStretch(1);
        setNames(choices);
        box_->setAccessibleName(name);
        setFocusProxy(box_);
        if (open)
            connect(box_, &QComboBox::editTextChanged, this, &ValueEditor::edited);
        else
            connect(box_, &QComboBox::currentIndexChanged, this,
                    [this] { Q_EMIT edited(box_->currentData().toString()); });
    }
    void setNames(const QStringList& names) override {
        const QSignalBlocker quiet(this), quietBox(box_);
        const QString now = open_ ? box_->currentText() : box_->currentData().toString();
        box_->clear();
        for (const QString& each : names)
            box_->addItem(each.isEmpty() ? tr("not set") : each, each);
        setText(now);
    }
    void setText(const QString& text) override {
        const QSignalBlocker quiet(this);
        if (open_) {
            if (box_->currentText() != text) box_->setEditText(text);
            return;
        }
        // A value the list does not know is kept and shown.
        if (box_->findData(text) < 0) box_->addItem(text, text);
        box_->setCurrentIndex(box_->findData(text));
    }
    void setWrong(bool wrong) override { markWrong(box_, wrong); }

  private:
    QuietComboBox* box_;
    bool open_;
};

class PathEditor : public ValueEditor {
    Q_DECLARE_TR_FUNCTIONS(univi::ui::PathEditor)
  public:
    PathEditor(const OptionFace& face, const QString& name)
        : kind_(face.editor), name_(name), edit_(new QLineEdit) {
        QHBoxLayout* line = lineIn(this);
        line->addWidget(edit_, 1);
        auto* button = new QToolButton;
        button->setIcon(icon(QStringLiteral("folder")));
        button->setAccessibleName(tr("Choose: %1").arg(name));
        button->setToolTip(kind_ == OptionEditor::File ? tr("Choose a file")
                                                       : tr("Choose a folder"));
        line->addWidget(button);
        edit_->setAccessibleName(name);
        edit_->setPlaceholderText(kind_ == OptionEditor::Model  ? tr("Folder or Hugging Face name")
                                  : kind_ == OptionEditor::File ? tr("File")
                                                                : tr("Folder"));
        setFocusProxy(edit_);
        connect(edit_, &QLineEdit::textEdited, this, &ValueEditor::edited);
        connect(button, &QToolButton::clicked, this, &PathEditor::browse);
    }
    void setText(const QString& text) override {
        if (edit_->text() == text) return;
        edit_->setText(text);
        edit_->setToolTip(text);
    }
    void setWrong(bool wrong) override { markWrong(edit_, wrong); }
    void browse() override {
        const QString from = edit_->text();
        QFileDialog* dialog = kind_ == OptionEditor::File ? makeOpenDialog(window(), name_, from)
                                                          : makeFolderDialog(window(), name_, from);
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& chosen) {
            setText(chosen);
            Q_EMIT edited(chosen);
        });
        dialog->open();
    }

  private:
    OptionEditor kind_;
    QString name_;
    QLineEdit* edit_;
};

QStringList choicesOf(const OptionFace& face) {
    QStringList choices;
    for (const char* each : face.row->choices) choices << QString::fromLatin1(each);
    return choices;
}

QStringList templateNames() {
    QStringList names;
    for (const std::string& name : text::template_names()) names << QString::fromStdString(name);
    return names;
}

}  // namespace

ValueEditor* makeValueEditor(const OptionFace& face, const QString& name) {
    const std::string_view option = face.row->name;
    switch (face.editor) {
        case OptionEditor::Switch:
            return new SwitchEditor(face, name);
        case OptionEditor::Choice:
            return new ChoiceEditor(face, name, choicesOf(face), false);
        case OptionEditor::Template:
            return new ChoiceEditor(face, name, templateNames(), false);
        case OptionEditor::DatasetName:
            return new ChoiceEditor(face, name, {}, true);
        case OptionEditor::File:
        case OptionEditor::Folder:
        case OptionEditor::NewFolder:
        case OptionEditor::Model:
            return new PathEditor(face, name);
        default:
            break;
    }
    if (option == "device") return new ChoiceEditor(face, name, {"auto", "cpu", "cuda"}, true);
    if (option == "bits") return new ChoiceEditor(face, name, {"16", "8", "4"}, false);
    if (option == "zero_stage")
        return new ChoiceEditor(face, name, {"-1", "0", "1", "2", "3"}, false);
    return new LineEditor(face, name);
}

}  // namespace univi::ui
