#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "setup_support.h"
#include "tests/ui/qt_test.h"
#include "ui/training/setup/difference_dialog.h"
#include "ui/training/setup/run_preset.h"

namespace univi::ui {

namespace {

const RunPreset* find(const QList<RunPreset>& presets, const QString& name) {
    for (const RunPreset& preset : presets)
        if (preset.name == name) return &preset;
    return nullptr;
}

}  // namespace

class PresetTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void publishedValues() {
        SetupHome home;
        PresetStore store;
        const QList<RunPreset> presets = store.presets();
        QVERIFY2(store.problems().isEmpty(), qPrintable(store.problems().join('\n')));
        QCOMPARE(presets.size(), 9);
        for (const int stage : {1, 2}) {
            const RunPreset* preset = find(presets, QStringLiteral("Stage %1, 7B").arg(stage));
            QVERIFY(preset);
            // The published command and the preset say the same, but for the folders it leaves
            // open.
            training::TrainOptions command =
                                       training::read_command(publishedCommand(stage).toStdString())
                                           .options,
                                   ours = preset->options;
            QVERIFY(QFile::exists(QString::fromStdString(ours.deepspeed)));
            for (auto* each : {&command, &ours})
                each->deepspeed.clear(), each->model_name_or_path.clear(), each->output_dir.clear(),
                    each->pretrain_mm_mlp_adapter.clear();
            const auto apart = differences(command, ours);
            QVERIFY2(apart.isEmpty(), apart.isEmpty() ? "" : qPrintable(apart.first().option));
        }
        const RunPreset* science = find(presets, "ScienceQA, 7B");
        QVERIFY(science);
        QCOMPARE(science->options.num_train_epochs, 9.0);
        QCOMPARE(science->options.per_device_train_batch_size, std::int64_t(4));
    }

    void savedReadRemoved() {
        SetupHome home;
        PresetStore store(home.path("presets"));
        RunPreset mine;
        mine.name = "Mine / first";
        mine.options.learning_rate = 3e-4;
        mine.options.deepspeed = UNIVI_SOURCE_DIR "/resources/training/zero2.json";
        store.save(mine);
        const QList<RunPreset> presets = store.presets();
        QCOMPARE(presets.size(), 10);
        QCOMPARE(presets.last().name, mine.name);
        QVERIFY(differences(presets.last().options, mine.options).isEmpty());
        // Shared: the program's own files have no place of this machine in them.
        QFile file(presets.last().file);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(text.contains("${RESOURCES}/training/zero2.json"));
        QVERIFY(!text.contains(UNIVI_SOURCE_DIR));
        QVERIFY(!text.contains("weight_decay"));  // only what differs
        // The same name replaces, another one of the same file name does not.
        mine.options.seed = 9;
        store.save(mine);
        RunPreset other = mine;
        other.name = "Mine - first";
        store.save(other);
        QCOMPARE(store.presets().size(), 11);
        store.remove(*find(store.presets(), mine.name));
        QCOMPARE(store.presets().size(), 10);
    }

    void badFilesAreNamed() {
        SetupHome home;
        QDir().mkpath(home.path("presets"));
        writeFile(home.path("presets/a.json"),
                  "{\"univi_preset\": 1, \"options\": {\"learning_rat\": 1}}");
        writeFile(home.path("presets/b.json"), "[1, 2");
        writeFile(home.path("presets/c.json"), "{\"options\": {}}");
        PresetStore store(home.path("presets"));
        QCOMPARE(store.presets().size(), 9);
        QCOMPARE(store.problems().size(), 3);
        QVERIFY(store.problems().first().contains("--learning_rate"));
        QVERIFY_THROWS_EXCEPTION(base::Error, RunPreset::read(home.path("presets/none.json")));
    }

    void differencesAgainstAnother() {
        SetupHome home;
        PresetStore store(home.path("presets"));
        const QList<RunPreset> presets = store.presets();
        const RunPreset *one = find(presets, "Stage 1, 7B"), *large = find(presets, "Stage 1, 13B");
        const auto apart = differences(one->options, large->options);
        QCOMPARE(apart.size(), 1);
        QCOMPARE(apart.first().option, QString("model_name_or_path"));
        DifferenceDialog dialog({{"7B", one->options}, {"13B", large->options}, {"Defaults", {}}});
        QCOMPARE(dialog.shown().size(), 1);
    }
};

UNIVI_QT_TEST(PresetTest)

}  // namespace univi::ui

#include "preset_test.moc"
