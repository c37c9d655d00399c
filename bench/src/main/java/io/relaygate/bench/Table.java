package io.relaygate.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The table of the results, in Markdown: a row for each metric, a column with the median for each setup, and for each
 * setup of ours one with the ratio to HAProxy, and to the baseline where there is one.
 */
final class Table {

    /** A column of ratios: of the first to the second. */
    record Comparison(Setup setup, Setup to) {
        String title() {
            return setup.name() + " / " + to.name();
        }
    }

    private final Results results;
    private final List<Setup> setups;
    private final List<Comparison> comparisons = new ArrayList<>();

    Table(Results results, List<Setup> setups) {
        this.results = results;
        this.setups = setups;
        for (String name : Choice.OURS) {
            compare(name, Choice.HAPROXY);
            if (name.startsWith("tunnel")) {
                compare(name, name.replace("tunnel", "plain"));
            }
            if (name.startsWith("sealed")) {
                compare(name, name.replace("sealed", "tunnel"));
            }
            compare(name, RelaygateSet.BASELINE + name);
        }
    }

    /** With these columns of ratios. */
    Table(Results results, List<Setup> setups, List<Comparison> comparisons) {
        this.results = results;
        this.setups = setups;
        this.comparisons.addAll(comparisons);
    }

    /** One of the setups compared with each of the others. */
    static Table ofOne(Results results, List<Setup> setups, Setup ours) {
        return new Table(results, setups,
                setups.stream().filter(setup -> !setup.equals(ours)).map(setup -> new Comparison(ours, setup)).toList());
    }

    private void compare(String name, String to) {
        for (Setup setup : setups) {
            for (Setup other : setups) {
                if (setup.name().equals(name) && other.name().equals(to)) {
                    comparisons.add(new Comparison(setup, other));
                }
            }
        }
    }

    String markdown() {
        List<String> header = new ArrayList<>(List.of(""));
        setups.forEach(setup -> header.add(setup.title()));
        comparisons.forEach(comparison -> header.add(comparison.title()));
        StringBuilder text = new StringBuilder(row(header));
        text.append("| --- |").append(" ---: |".repeat(header.size() - 1)).append('\n');
        for (Metric metric : results.metrics()) {
            text.append(row(cells(metric)));
        }
        return text.toString();
    }

    private List<String> cells(Metric metric) {
        List<String> cells = new ArrayList<>(List.of(metric.name()));
        for (Setup setup : setups) {
            cells.add(metric.show(results.value(metric, setup).middle()));
        }
        for (Comparison comparison : comparisons) {
            if (!metric.compared()) {
                cells.add("-");
                continue;
            }
            Results.Spread ratio = results.ratio(metric, comparison.setup(), comparison.to());
            cells.add("**%s** (%s to %s)"
                    .formatted(
                            Metric.show(ratio.middle(), 2), Metric.show(ratio.least(), 2), Metric.show(ratio.most(), 2)));
        }
        return cells;
    }

    private static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
