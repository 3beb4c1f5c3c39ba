// SPDX-License-Identifier: Apache-2.0
import java.awt.Color;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.style.CategoryStyler;

/**
 * Draws bars with their spread, by XChart, as one SVG on standard output. Reads from standard input the unit, and then
 * a line per bar: median, half of the spread, and a name, between tabs.
 */
public final class Bars {

    private static final int WIDTH = 800;
    private static final int HEIGHT = 300;

    /** Stands for the color of the text around, which a picture can't name. */
    private static final Color TEXT = new Color(1, 2, 3);

    private static final Color NOTHING = new Color(255, 255, 255, 0);
    private static final Color BAR = new Color(0x3b, 0x82, 0xf6);

    private Bars() {}

    public static void main(String[] args) throws IOException {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).build();
        style(chart.getStyler());
        chart.setYAxisTitle(input.readLine());
        List<String> names = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        List<Double> spreads = new ArrayList<>();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] fields = line.split("\t");
            medians.add(Double.valueOf(fields[0]));
            spreads.add(Double.valueOf(fields[1]));
            names.add(fields[2]);
        }
        chart.addSeries("median", names, medians, spreads).setFillColor(BAR);
        ByteArrayOutputStream svg = new ByteArrayOutputStream();
        VectorGraphicsEncoder.saveVectorGraphic(chart, svg, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        String text = svg.toString("UTF-8");
        // From the first element on, without the prolog, which names a file on the network.
        String picture = text.substring(text.indexOf("<svg"));
        System.out.println(picture.replace("rgb(1,2,3)", "currentColor"));
    }

    private static void style(CategoryStyler styler) {
        styler.setLegendVisible(false);
        styler.setChartBackgroundColor(NOTHING);
        styler.setPlotBackgroundColor(NOTHING);
        styler.setPlotBorderVisible(false);
        styler.setChartFontColor(TEXT);
        styler.setXAxisTickLabelsColor(TEXT);
        styler.setYAxisTickLabelsColor(TEXT);
        styler.setAxisTickMarksColor(TEXT);
        styler.setPlotGridLinesColor(new Color(128, 128, 128));
        styler.setErrorBarsColor(TEXT);
        styler.setYAxisMin(0.0);
        styler.setAvailableSpaceFill(0.5);
    }
}
