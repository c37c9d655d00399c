package io.relaygate.relay;

import io.relaygate.relay.Conformance.Observation;
import io.relaygate.relay.Conformance.Report;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** What a relay was observed to do, as a file: JSON for programs, Markdown for people. */
public final class ConformanceText {

    private ConformanceText() {}

    /** One object: where and when, and an array of observations. */
    public static String json(Report report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("endpoint", report.endpoint());
            json.writeStringProperty("hybridConnection", report.hybridConnection());
            json.writeStringProperty("when", report.when().toString());
            json.writeStringProperty("others", report.others());
            json.writeArrayPropertyStart("observations");
            for (Observation each : report.observations()) {
                write(json, each);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, Observation each) {
        json.writeStartObject();
        json.writeStringProperty("question", each.question().name());
        json.writeStringProperty("asks", each.question().asks());
        json.writeStringProperty("expected", each.question().expected());
        json.writeStringProperty("verdict", words(each));
        json.writeNumberProperty("millis", each.took().toMillis());
        json.writeObjectPropertyStart("seen");
        each.seen().forEach(json::writeStringProperty);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** A table of questions, and what was seen. */
    public static String markdown(Report report) {
        StringBuilder text = new StringBuilder("# " + report.endpoint() + report.hybridConnection() + "\n\n" + report.when() + "\n\n");
        if (!report.others().isEmpty()) {
            text.append(report.others()).append("\n\n");
        }
        text.append("| Question | Expected | Verdict | Seen | ms |\n| --- | --- | --- | --- | --- |\n");
        for (Observation each : report.observations()) {
            text.append("| **").append(cell(each.question().name())).append("**: ").append(cell(each.question().asks()))
                    .append(" | ").append(cell(each.question().expected()))
                    .append(" | ").append(words(each))
                    .append(" | ").append(cell(seen(each.seen())))
                    .append(" | ").append(each.took().toMillis()).append(" |\n");
        }
        return text.toString();
    }

    /** One line for a terminal. */
    public static String line(Observation each) {
        String seen = seen(each.seen());
        return "%-13s %-17s %s".formatted(words(each), each.question().name(), seen.length() <= 160 ? seen : seen.substring(0, 157) + "...");
    }

    private static String words(Observation each) {
        return each.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String seen(Map<String, String> seen) {
        return seen.entrySet().stream().map(each -> each.getKey() + ": " + each.getValue()).collect(Collectors.joining("; ")).replaceAll("\\p{Cntrl}", "?");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
