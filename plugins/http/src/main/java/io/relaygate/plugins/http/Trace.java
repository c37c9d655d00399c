package io.relaygate.plugins.http;

import io.relaygate.plugins.http.wire.Fields;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Begins a trace for a request that is in none (W3C Trace Context). The numbers tell requests apart, and are no secret. */
final class Trace {

    private static final Pattern PARENT = Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    private static final int LENGTH_OF_VERSION_0 = 55;

    private Trace() {}

    /** One that cannot be read counts as none, and its state as nothing (section 3.2.2.5). */
    static void begin(Fields fields) {
        String parent = fields.count("traceparent") == 1 ? fields.first("traceparent") : null;
        boolean good = parent != null && PARENT.matcher(parent).matches() && (!parent.startsWith("00") || parent.length() == LENGTH_OF_VERSION_0);
        if (!good) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            // Sampled: destinations that go by their parents' word would leave the whole trace out otherwise.
            fields.set("traceparent", "00-%016x%016x-%016x-01".formatted(random.nextLong(), random.nextLong() | 1, random.nextLong() | 1));
            fields.remove("tracestate");
        }
    }
}
