#pragma once

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/ui/support.h"
#include "ui/training/runs/run_files.h"
#include "ui/training/runs/run_library.h"

namespace univi::ui {

inline void writeFile(const QString& path, const QByteArray& bytes, bool append = false) {
    QDir().mkpath(QFileInfo(path).path());
    QFile file(path);
    QVERIFY(file.open(append ? QIODevice::WriteOnly | QIODevice::Append : QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

inline QByteArray stepLine(int step, double loss, int total = 100) {
    return QStringLiteral(
               "{\"epoch\":0.1,\"eta_s\":10.5,\"event\":\"step\",\"grad_norm\":0.5,\"learning_"
               "rate\":0.001,\"loss\":%2,"
               "\"memory_bytes\":1000000,\"samples_per_s\":4.0,\"step\":%1,\"step_s\":0.5,\"tokens_"
               "per_s\":900.0,\"total_steps\":%3}\n")
        .arg(step)
        .arg(loss)
        .arg(total)
        .toUtf8();
}

/// The flags of the scripted trainer for a run.
inline RunStart scriptedRun(const QString& folder, const QString& name, int steps = 20) {
    RunStart run;
    run.output_dir = folder;
    run.name = name;
    run.arguments = {"--model_name_or_path",
                     "/base",
                     "--dataset_use",
                     "X",
                     "--run_name",
                     name,
                     "--output_dir",
                     folder,
                     "--max_steps",
                     QString::number(steps),
                     "--device",
                     "cpu"};
    return run;
}

inline RunLibrary::Options scriptedLibrary(const TestHome& home) {
    RunLibrary::Options options;
    options.file = home.path("runs.json");
    options.program = QStringLiteral(UNIVI_SCRIPTED_TRAINER);
    options.look_ms = 50;
    return options;
}

}  // namespace univi::ui
