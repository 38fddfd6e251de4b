#pragma once

#include <QDialog>

#include "ui/chat/chat_presets.h"
#include "ui/chat/conversation.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace univi::ui {

class GenerationForm;

/// What one conversation is asked with: the settings of the program, or its own ones, taken from a
/// preset where one is chosen. GUI thread.
class ChatSettingsDialog : public QDialog {
    Q_OBJECT
  public:
    struct Facts {
        ChatSettings settings;
        protocol::GenerationOptions defaults;  ///< the program's
        QStringList templates;
        std::optional<protocol::LoadRequest> loaded;  ///< what is loaded now
        QString loaded_name;
    };
    explicit ChatSettingsDialog(const Facts& facts, QWidget* parent = nullptr);

    /// As it stands in the fields.
    ChatSettings settings() const;
    /// Keeps what the fields hold as a preset of that name.
    void savePreset(const QString& name);

  private:
    void build();
    void wire();
    void fillPresets(const QString& current);
    void onPreset();
    void onChanged();
    void askName();
    void say(const QString& sentence);

    Facts facts_;
    ChatPresets presets_;
    QComboBox* preset_;
    QPushButton *save_preset_, *remove_preset_;
    GenerationForm* form_;
    QCheckBox* keeps_model_;
    QLabel* message_;
    bool own_ = false;  ///< not as the program's settings say
};

/// "Chat-UniVi-7B" of its folder, "the demo model" where none is named.
QString modelName(const protocol::LoadRequest& model);

}  // namespace univi::ui
