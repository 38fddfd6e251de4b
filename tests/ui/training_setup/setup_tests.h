#pragma once

#include <QObject>

namespace univi::ui {

class CommandTextTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void publishedCommandsAsTheTrainerReadsThem();
    void argumentsGiveTheSameOptionsAgain();
    void shellForms();
    void problemsAreNamed();
    void everyOptionHasAField();
    void formRoundTrip();
};

class PresetTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void publishedValues();
    void savedReadRemoved();
    void badFilesAreNamed();
    void differencesAgainstAnother();
};

class ChecksTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void goodSettingsHaveNone();
    void stageTwoWithoutProjector();
    void refusalsHaveRemedies_data();
    void refusalsHaveRemedies();
    void devicesAndPrecision();
    void missingPathsAndData();
    void diskAndFolder();
};

class DevicesTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void nvmlThroughALibrary();
    void nvmlThatFails_data();
    void nvmlThatFails();
    void panelChoosesGpus();
    void planOfTheRealTrainer();
    void planThatDoesNotFit();
    void adviceInOrder();
};

class DataTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void datasetsFileKeepsAll();
    void editorWritesWhatTheTrainerReads();
    void doctorOfTheRealTrainer();
    void doctorShowsDamagedVideosAndHeldOutData();
    void doctorStops();
    void doctorSaysWhyNothingIsLearned();
    void absolutePathsAreAChoiceOfTheSource();
    void samplesAsTrainingLabelsThem();
    void browserShowsAnItem();
    void filesAreChosenWithoutBlocking();
};

class SetupPageTest : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void presetToStart();
    void pastedCommand();
    void earlierRun();
    void fieldsFollowAndSearch();
    void fixesApply();
    void startHandsOverTheCommand();
    void fitsEverySize_data();
    void fitsEverySize();
    void sideFoldsAndStandsInsteadWhereNarrow();
    void wrongFieldsAreMarkedWithTheirSentence();
    void sentencesSayLabels();
    void placeholdersAreNotTaken();
    void focusStaysInThePage();
    void comboPopupsShowEveryRow();
    void dialogsDoNotBlock();
};

}  // namespace univi::ui
