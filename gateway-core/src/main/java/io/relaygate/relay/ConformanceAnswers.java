package io.relaygate.relay;

import io.relaygate.net.HttpHead;
import io.relaygate.net.HttpHead.Field;
import io.relaygate.relay.Conformance.Question;
import io.relaygate.relay.Conformance.Reaches;
import io.relaygate.relay.Dialer.Opened;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The questions that a relay answers itself. */
final class ConformanceAnswers {

    /** Asks one, and notes what is seen; whether it is as expected. */
    interface Asking {
        boolean ask(ConformanceAnswers answers, Map<String, String> seen) throws IOException;
    }

    /**
     * A question.
     *
     * @param needsNobody whether it may be asked only where nobody listens, since it could reach a listener
     */
    record Entry(Question question, boolean needsNobody, Asking asking) {}

    static final List<Entry> NOBODY = List.of(
            entry("no-token", "what a sender without a token is told", "401", false,
                    (ask, seen) -> ask.connect(seen, null, 401, "")),
            entry("wrong-signature", "what a token is told that another key has signed", "401, a phrase with 'signature'", false,
                    (ask, seen) -> ask.connect(seen, ask.wire.minted(ask.wire.path(), true, Duration.ofMinutes(5)), 401, "signature")),
            entry("expired-token", "what a token is told that has expired an hour ago", "401", false,
                    (ask, seen) -> ask.connect(seen, ask.wire.minted(ask.wire.path(), false, Duration.ofHours(-1)), 401, "")),
            entry("other-audience", "what a token for another hybrid connection is told", "401", false,
                    (ask, seen) -> ask.connect(seen, ask.wire.minted(UUID.randomUUID().toString()), 401, "")),
            entry("unknown", "what is said of a hybrid connection that does not exist, with a token for it", "401 or 404", false,
                    ConformanceAnswers::unknown),
            entry("no-listener", "what a sender is told where nobody listens", "404, a phrase with 'no listeners'", true,
                    (ask, seen) -> ask.connect(seen, ask.wire.token(), 404, "no listeners")),
            entry("namespace-token", "whether a token for the whole namespace that the hybrid connection's own key has signed is taken (the Java SDK's senders make such)",
                    "404, as if it were for the hybrid connection", true,
                    (ask, seen) -> ask.connect(seen, ask.wire.minted(""), 404, "no listeners")),
            entry("query-token", "whether a token in the query is taken", "404, as in the header", true, ConformanceAnswers::inQuery),
            entry("http-no-listener", "what an HTTP request is told where nobody listens", "502", true, ConformanceAnswers::http));

    private final ConformanceWire wire;

    ConformanceAnswers(ConformanceWire wire) {
        this.wire = wire;
    }

    private static Entry entry(String name, String asks, String expected, boolean needsNobody, Asking asking) {
        return new Entry(new Question(name, asks, expected, Reaches.NOBODY), needsNobody, asking);
    }

    private static boolean is(HttpHead answer, int status, String words) {
        return answer.status() == status && answer.reason().toLowerCase(Locale.ROOT).contains(words);
    }

    private static HttpHead head(Opened opened, Map<String, String> seen) {
        opened.link().abort();
        ConformanceWire.note(seen, "", opened.answer());
        return opened.answer();
    }

    private boolean connect(Map<String, String> seen, @Nullable String token, int status, String words) throws IOException {
        return is(head(wire.open("", "", "connect", token, List.of()), seen), status, words);
    }

    private boolean unknown(Map<String, String> seen) throws IOException {
        String other = "probe-" + UUID.randomUUID();
        HttpHead answer = head(wire.at("/$hc/" + other + "?sb-hc-action=connect", wire.minted(other), List.of()), seen);
        return answer.status() == 404 || answer.status() == 401;
    }

    private boolean inQuery(Map<String, String> seen) throws IOException {
        String token = PercentText.encode(String.valueOf(wire.token()));
        return is(head(wire.open("", "sb-hc-token=" + token + "&", "connect", null, List.of()), seen), 404, "no listeners");
    }

    /** As an HTTP request it is one only to the relay: the path has no {@code $hc}. */
    private boolean http(Map<String, String> seen) throws IOException {
        Opened opened = wire.get("/" + wire.path(), List.of(new Field("Accept", "*/*")));
        return head(opened, seen).status() == 502;
    }
}
