// Curves: decimated, smoothed, linked, exported; a million points in a frame.
#include "ui/widgets/plot_header.h"

#include <time.h>

#include <QImage>
#include <QSlider>
#include <cmath>

#include "tests/ui/qt_test.h"
#include "tests/ui/training/training_support.h"
#include "ui/training/charts/chart_panel.h"
#include "ui/training/charts/curve_view.h"
#include "ui/training/charts/run_chart.h"

namespace univi::ui {
namespace {

Curve waves(int points) {
    Curve curve;
    for (int i = 0; i < points; ++i) {
        curve.steps.push_back(i + 1);
        curve.values.push_back(
            float(3.0 / (1 + i * 1e-4) + 0.3 * std::sin(i * 0.37) * std::cos(i * 1.7)));
    }
    return curve;
}

/// Computing time of this thread: a busy machine does not count.
double cpuMs() {
    timespec time = {};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return double(time.tv_sec) * 1e3 + double(time.tv_nsec) * 1e-6;
}

}  // namespace

class ChartsTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void spikesAreNeverLost() {
        Curve curve = waves(100'000);
        curve.values[54'321] = 99;
        curve.values[65'432] = -99;
        curve.values[10] = NAN;
        const CurveView view = viewOf(curve, curve.values, 1, 100'000, 400, false);
        QVERIFY(view.x.size() <= 2 * 402);
        QCOMPARE(view.high, 99.0);
        QCOMPARE(view.low, -99.0);
        QVERIFY(std::is_sorted(view.x.begin(), view.x.end()));
        QVERIFY(viewOf(curve, curve.values, 1, 100'000, 400, true).low > 0);
        // Block by block it is the same picture.
        Extremes extremes;
        extremes.grow(curve.values);
        const CurveView quick = viewOf(curve, curve.values, 1, 100'000, 400, false, &extremes);
        QCOMPARE(quick.x, view.x);
        QCOMPARE(quick.y, view.y);
        QCOMPARE(viewOf(curve, curve.values, 1, 100'000, 400, true, &extremes).y,
                 viewOf(curve, curve.values, 1, 100'000, 400, true).y);
        // Near enough, every point is there, and one beyond each side.
        const CurveView near = viewOf(curve, curve.values, 1000, 1100, 400, false);
        QCOMPARE(near.x.size(), 103);
        QCOMPARE(near.x.front(), 999.0);
        const CurveView nothing = viewOf({}, {}, 0, 1, 100, false);
        QVERIFY(nothing.low > nothing.high);
    }

    void smoothingIsTensorBoards() {
        Curve curve;
        curve.steps = {1, 2, 3, 4};
        curve.values = {1, 2, NAN, 4};
        Smoother smoother;
        const std::vector<float> smooth = smoother.apply(curve, 0.5);
        QCOMPARE(smooth[0], 1.0f);
        QVERIFY(std::abs(smooth[1] - (0.25f + 1.0f) / 0.75f) < 1e-6);
        QVERIFY(std::isnan(smooth[2]));
        QVERIFY(std::abs(smooth[3] - (0.125f + 0.5f + 2.0f) / 0.875f) < 1e-6);
        // Grown piece by piece it is the same.
        const Curve whole = waves(1000);
        Smoother pieces;
        Curve growing;
        for (std::size_t i = 0; i < whole.size(); ++i) {
            growing.steps.push_back(whole.steps[i]);
            growing.values.push_back(whole.values[i]);
            if (i % 100 == 0) pieces.apply(growing, 0.9);
        }
        Smoother once;
        QCOMPARE(pieces.apply(whole, 0.9), once.apply(whole, 0.9));
        QCOMPARE(once.apply(whole, 0), whole.values);
    }

    void chartsAreLinked() {
        ChartPanel panel;
        panel.resize(1200, 800);
        panel.setSources({{"run", {}, [this] { return &curves_; }}});
        panel.show();
        QCOMPARE(panel.charts().size(), 2);
        RunChart *loss = panel.chart("loss"), *rate = panel.chart("learning_rate");
        QVERIFY(loss && rate && loss->showsEverything());
        QVERIFY(loss->range().lower <= 1 && loss->range().upper >= 5000);
        // Dragged or zoomed by hand: the other follows.
        loss->plot()->xAxis->setRange(100, 200);
        QCOMPARE(rate->range().lower, 100.0);
        QVERIFY(!rate->showsEverything());
        QTest::mouseMove(loss->plot(), QPoint(loss->plot()->width() / 2, 80));
        QMouseEvent move(QEvent::MouseMove, QPointF(loss->plot()->width() / 2.0, 80),
                         QCursor::pos(), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(loss->plot(), &move);
        QVERIFY2(rate->readout().startsWith("step 1"), qPrintable(rate->readout()));
        QTest::mouseDClick(rate->plot(), Qt::LeftButton);
        QVERIFY(loss->showsEverything() && rate->showsEverything());
        panel.setLogarithmic(true);
        QVERIFY(loss->isLogarithmic());
        panel.setSmoothing(0.9);
        QCOMPARE(panel.findChild<QSlider*>()->value(), 90);
        // A figure that comes later gets its chart.
        curves_["held_out_loss"] = waves(3);
        panel.refresh();
        QCOMPARE(panel.charts().size(), 3);
        QCOMPARE(panel.charts()[1]->name(), QString("held_out_loss"));
        curves_.remove("held_out_loss");
    }

    void chartsAndDataAreExported() {
        const TestHome home;
        ChartPanel panel;
        panel.resize(1200, 800);
        panel.setSources({{"one, run", {}, [this] { return &curves_; }},
                          {"two", Qt::red, [this] { return &curves_; }}});
        panel.show();
        QString problem;
        for (const char* name : {"c.png", "c.svg", "c.pdf", "c.csv"})
            QVERIFY2(panel.exportTo(home.path(name), problem), qPrintable(problem));
        QVERIFY(QImage(home.path("c.png")).width() > 1000);
        QFile svg(home.path("c.svg")), pdf(home.path("c.pdf")), csv(home.path("c.csv"));
        QVERIFY(svg.open(QIODevice::ReadOnly) && pdf.open(QIODevice::ReadOnly) &&
                csv.open(QIODevice::ReadOnly));
        const QByteArray drawing = svg.readAll();
        QVERIFY(drawing.contains("<svg") &&
                (drawing.contains("<polyline") || drawing.contains("<path")) &&
                drawing.contains("Learning rate"));
        QVERIFY(pdf.readAll().startsWith("%PDF"));
        QCOMPARE(csv.readLine(), QByteArray("run,step,learning_rate,loss\n"));
        const QByteArray first = csv.readLine();
        QVERIFY2(first.startsWith("\"one, run\",1,"), first.constData());
        QCOMPARE(first.trimmed().split(',').last().toFloat(), curves_["loss"].values[0]);
        csv.seek(0);
        QCOMPARE(csv.readAll().count('\n'), 1 + 2 * 5000);
        QVERIFY(!panel.exportTo(home.path("c.xyz"), problem));
        QVERIFY(!panel.exportTo("/nowhere/c.png", problem));
    }

    /// Eight charts of a million points each, panned: the time of a whole frame, all
    /// charts drawn anew.
    void aMillionPointsAFrame() {
        CurveSet curves;
        const Curve curve = waves(1'000'000);
        for (const char* name : {"loss", "learning_rate", "grad_norm", "tokens_per_s",
                                 "samples_per_s", "memory_bytes", "x", "y"})
            curves[name] = curve;
        ChartPanel panel;
        panel.resize(1500, 1000);
        panel.setSources({{"run", {}, [&] { return &curves; }}});
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        for (const double smoothing : {0.0, 0.9}) {
            panel.setSmoothing(smoothing);
            std::vector<double> frames, one;
            for (int i = 0; i < 20; ++i) {
                const double from = i * 1000, to = 1'000'000 - i * 5000;
                const double begin = cpuMs();
                for (RunChart* chart : panel.charts()) {
                    chart->setRange(from, to);
                    chart->plot()->replot(QCustomPlot::rpImmediateRefresh);
                }
                frames.push_back(cpuMs() - begin);
                one.push_back(frames.back() / double(panel.charts().size()));
            }
            std::ranges::sort(frames);
            std::ranges::sort(one);
            qInfo(
                "smoothing %.1f: 8 charts of 1,000,000 points: median frame %.1f ms of this "
                "thread, worst %.1f ms; a chart %.2f ms",
                smoothing, frames[frames.size() / 2], frames.back(), one[one.size() / 2]);
            for (RunChart* chart : panel.charts())
                QVERIFY(chart->plot()->xAxis->range().size() > 0);
        }
    }

  private:
    CurveSet curves_{{"loss", waves(5000)}, {"learning_rate", waves(5000)}};
};

UNIVI_QT_TEST(ChartsTest)

}  // namespace univi::ui

#include "charts_test.moc"
