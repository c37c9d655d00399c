package io.relaygate.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongBiFunction;

/** What a survival run has found, in Markdown. */
record SurvivalTable(
        SurvivalOptions options, List<Blow> blows, Crowd crowd, Books books, Complaints complaints) {

    private static final double MILLION = 1e6;

    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("| relay | times | away, median | pause p50 | p99 | longest | after it is back p50 | p99 | longest |\n");
        text.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        for (Blow.Kind kind : Blow.Kind.values()) {
            List<Blow> ofKind = blows.stream().filter(blow -> blow.kind() == kind).toList();
            if (!ofKind.isEmpty()) {
                text.append(row(kind, ofKind));
            }
        }
        text.append("\nSessions: %d, lost: %d. Counters: %s. Carried: %s GB. Resent: %s.%n".formatted(
                crowd.sessions(), complaints.all().size(),
                books.wrong().isEmpty() ? "exact" : String.join("; ", books.wrong()),
                Metric.show(books.carried() / 1e9, 1), resent()));
        return text.toString();
    }

    private String resent() {
        double bytes = books.resent();
        return Double.isNaN(bytes)
                ? "not counted by this distribution"
                : "%s MB, %s kB for each blow".formatted(
                        Metric.show(bytes / 1e6, 1), Metric.show(bytes / 1e3 / Math.max(1, blows.size()), 0));
    }

    private String row(Blow.Kind kind, List<Blow> ofKind) {
        long[] away = ofKind.stream().mapToLong(blow -> blow.back() - blow.began()).sorted().toArray();
        long[] pauses = each(ofKind, (typist, blow) -> typist.longestWait(blow.began(), blow.over()));
        long[] after = each(ofKind, (typist, blow) -> typist.longest(blow.began(), blow.over(), blow.back()));
        return "| %s | %d | %s | %s | %s | %s | %s | %s | %s |%n".formatted(
                kind.words(), away.length, seconds(away, 50),
                seconds(pauses, 50), seconds(pauses, 99), seconds(pauses, 100),
                seconds(after, 50), seconds(after, 99), seconds(after, 100));
    }

    private long[] each(List<Blow> ofKind, ToLongBiFunction<Typist, Blow> pause) {
        long[] pauses = ofKind.stream()
                .flatMapToLong(blow -> crowd.typists().stream().mapToLong(typist -> pause.applyAsLong(typist, blow)))
                .toArray();
        Arrays.sort(pauses);
        return pauses;
    }

    private static String seconds(long[] sorted, int percent) {
        double millis = PingPong.percentile(sorted, sorted.length, percent) / MILLION;
        return String.format(Locale.ROOT, "%.2f s", millis / 1000);
    }
}
