package io.relaygate.relay;

import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a relay what it does where no document says it, or where documents, clients and Microsoft's tests differ; what is expected is what
 * the embedded relay does. Everything is asked at one hybrid connection: first what reaches nobody, then, as sender and as
 * listener, what reaches ourselves. Where others listen, nothing is asked that one of them, or one of their senders, could come by. For one thread.
 */
public final class Conformance {

    /** What one answer may take to come; a relay waits for a listener for 30 s. */
    static final Duration PATIENCE = Duration.ofSeconds(45);

    private final NamespaceSettings settings;
    private final String hybridConnection;
    private final WayOut out;
    private final InstantSource clock;
    private final Threads threads;

    /**
     * Dials nobody yet.
     *
     * @param settings with a connection string
     * @param out how the namespace is reached
     * @throws IllegalArgumentException as {@link AzureRelay#check} does, or if the path is none
     */
    public Conformance(NamespaceSettings settings, String hybridConnection, WayOut out, InstantSource clock, Threads threads) {
        AzureRelay.check(settings);
        this.settings = settings;
        this.hybridConnection = HybridConnectionPath.require(hybridConnection);
        this.out = out;
        this.clock = clock;
        this.threads = threads;
    }

    /** What was observed, against what was expected. */
    public enum Verdict {
        /** It is as the embedded relay does it. */
        AS_EXPECTED,
        /** It is not: see what was seen. */
        DIFFERENT,
        /** It was not asked, or no answer came: what was seen says why. */
        NOT_ASKED
    }

    /** Whom an attempt reaches. */
    public enum Reaches {
        /** The relay alone. */
        NOBODY,
        /** A listener of ours, to which the relay may send others' senders too; they are told to try again. */
        OURSELVES,
        /** It takes longer than anybody waits. */
        NEVER
    }

    /**
     * A question.
     *
     * @param name a word for it
     * @param asks what is asked, in words
     * @param expected what the embedded relay does
     */
    public record Question(String name, String asks, String expected, Reaches reaches) {}

    /**
     * What has become of a question.
     *
     * @param seen what was observed, by what it is
     * @param took how long it has taken
     */
    public record Observation(Question question, Verdict verdict, Map<String, String> seen, Duration took) {}

    /**
     * All of it.
     *
     * @param endpoint the namespace's address
     * @param others what is known of others who listen there, in words; empty if nobody does
     * @param observations one for each question, in the order of the plan
     */
    public record Report(String endpoint, String hybridConnection, String others, Instant when, List<Observation> observations) {

        /** Keeps its own copy. */
        public Report {
            observations = List.copyOf(observations);
        }

        /** How many questions have this verdict. */
        public long count(Verdict verdict) {
            return observations.stream().filter(each -> each.verdict() == verdict).count();
        }
    }

    /** What will be asked, in order; dials nobody. */
    public static List<Question> plan() {
        List<Question> plan = new ArrayList<>();
        ConformanceAnswers.NOBODY.forEach(each -> plan.add(each.question()));
        ConformanceTalks.OURSELVES.forEach(each -> plan.add(each.question()));
        plan.addAll(NEVER);
        return plan;
    }

    private static final List<Question> NEVER = List.of(
            new Question("cadence", "how often a silent listener gets a sign of life", "every 210 s (azure-relay-dotnet#103)", Reaches.NEVER),
            new Question("expiry-grace", "for how long after its expiry a listener's token is still good", "for 5 minutes", Reaches.NEVER),
            new Question("recycling", "whether a listener is ended once in 24 hours", "it is", Reaches.NEVER));

    /**
     * Asks everything.
     *
     * @param each is told of every observation as it is made
     * @throws IOException if the relay cannot be reached, or the hybrid connection does not exist, or its key is refused
     */
    public Report run(Consumer<Observation> each) throws IOException {
        String others = others();
        List<Observation> all = new ArrayList<>();
        Consumer<Observation> both = observation -> {
            all.add(observation);
            each.accept(observation);
        };
        ConformanceWire wire = new ConformanceWire(settings, hybridConnection, out, clock);
        ConformanceAnswers answers = new ConformanceAnswers(wire);
        for (ConformanceAnswers.Entry entry : ConformanceAnswers.NOBODY) {
            boolean asked = others.isEmpty() || !entry.needsNobody();
            both.accept(asked ? observed(entry.question(), seen -> entry.asking().ask(answers, seen)) : unasked(entry.question(), others));
        }
        talks(wire, others, both);
        NEVER.forEach(question -> both.accept(unasked(question, "it takes longer than this may")));
        return new Report(wire.endpoint().toString(), hybridConnection, others, clock.instant(), all);
    }

    private void talks(ConformanceWire wire, String others, Consumer<Observation> both) {
        if (!others.isEmpty()) {
            ConformanceTalks.OURSELVES.forEach(entry -> both.accept(unasked(entry.question(), others)));
            return;
        }
        try (ConformanceListener listener = ConformanceListener.open(wire, threads)) {
            ConformanceTalks talks = new ConformanceTalks(wire, listener, threads);
            for (ConformanceTalks.Entry entry : ConformanceTalks.OURSELVES) {
                both.accept(observed(entry.question(), seen -> entry.asking().ask(talks, seen)));
            }
        } catch (IOException e) {
            ConformanceTalks.OURSELVES.forEach(entry -> both.accept(unasked(entry.question(), "we cannot listen: " + e.getMessage())));
        }
    }

    /** Who else listens, in words; a first attempt that no listener hears of. */
    private String others() throws IOException {
        RelayProbe.Said said = new RelayProbe(settings, out, null, clock).send(hybridConnection, false, true, Instant.now().plus(PATIENCE));
        return switch (said.meaning()) {
            case NO_LISTENER -> "";
            case GRANTED, SITE, LISTENED -> "others listen on " + hybridConnection + " (" + said + ")";
            default -> throw new IOException(said + (said.advice().isEmpty() ? "" : "; " + said.advice()));
        };
    }

    private interface Asking {
        boolean ask(Map<String, String> seen) throws IOException;
    }

    private static Observation unasked(Question question, String why) {
        return new Observation(question, Verdict.NOT_ASKED, Map.of("why", why), Duration.ZERO);
    }

    private static Observation observed(Question question, Asking asking) {
        Map<String, String> seen = new LinkedHashMap<>();
        long began = System.nanoTime();
        Verdict verdict;
        try {
            verdict = asking.ask(seen) ? Verdict.AS_EXPECTED : Verdict.DIFFERENT;
        } catch (Unanswerable e) {
            seen.put("why", String.valueOf(e.getMessage()));
            verdict = Verdict.NOT_ASKED;
        } catch (IOException e) {
            @Nullable String message = e.getMessage();
            seen.put("failure", e.getClass().getSimpleName() + (message == null ? "" : ": " + message));
            verdict = Verdict.DIFFERENT;
        }
        return new Observation(question, verdict, seen, Duration.ofNanos(System.nanoTime() - began));
    }

    /** A question for which something is missing here. */
    static final class Unanswerable extends IOException {
        private static final long serialVersionUID = 1L;

        Unanswerable(String message) {
            super(message);
        }
    }
}
