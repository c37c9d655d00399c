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
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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

    /** In minutes. */
    static final int DAY_AND_MORE = 25 * 60;

    private final NamespaceSettings settings;
    private final String hybridConnection;
    private final WayOut out;
    private final InstantSource clock;
    private final Threads threads;
    private final Duration minute;

    /**
     * Dials nobody yet.
     *
     * @param settings with a connection string
     * @param out how the namespace is reached
     * @throws IllegalArgumentException as {@link AzureRelay#check} does, or if the path is none
     */
    public Conformance(NamespaceSettings settings, String hybridConnection, WayOut out, InstantSource clock, Threads threads) {
        this(settings, hybridConnection, out, clock, threads, Duration.ofMinutes(1));
    }

    /** The same that waits shorter or longer for what would take a minute. */
    Conformance(NamespaceSettings settings, String hybridConnection, WayOut out, InstantSource clock, Threads threads, Duration minute) {
        AzureRelay.check(settings);
        this.settings = settings;
        this.hybridConnection = HybridConnectionPath.require(hybridConnection);
        this.out = out;
        this.clock = clock;
        this.threads = threads;
        this.minute = minute;
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
        OURSELVES
    }

    /**
     * A question.
     *
     * @param name a word for it
     * @param asks what is asked, in words
     * @param expected what the embedded relay does, or what is told of Azure where that is another thing
     * @param takes how long it takes at most; zero if that is seconds, and it is asked unless others listen
     */
    public record Question(String name, String asks, String expected, Reaches reaches, Duration takes) {

        Question(String name, String asks, String expected, Reaches reaches) {
            this(name, asks, expected, reaches, Duration.ZERO);
        }

        /** Whether it is asked only if somebody wants to wait for it. */
        public boolean isLong() {
            return !takes.isZero();
        }

        /** Whether it takes longer than somebody would wait for it at a terminal. */
        public boolean isOfADay() {
            return takes.compareTo(Duration.ofHours(1)) > 0;
        }
    }

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
        ConformanceWaits.ALL.forEach(each -> plan.add(each.question()));
        return plan;
    }

    /**
     * Asks everything that takes seconds, and of the rest what is wanted, all at once.
     *
     * @param wanted the names of the long questions to ask
     * @param each is told of every observation as it is made
     * @throws IOException if the relay cannot be reached, or the hybrid connection does not exist, or its key is refused
     */
    public Report run(Set<String> wanted, Consumer<Observation> each) throws IOException {
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
        waits(new ConformanceWaits(wire, threads, clock, minute), others, wanted, both);
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

    private void waits(ConformanceWaits waits, String others, Set<String> wanted, Consumer<Observation> both) {
        Map<Question, FutureTask<Observation>> running = new LinkedHashMap<>();
        for (ConformanceWaits.Entry entry : ConformanceWaits.ALL) {
            Question question = entry.question();
            FutureTask<Observation> task = new FutureTask<>(() -> !wanted.contains(question.name())
                    ? unasked(question, "it takes " + (question.isOfADay() ? "a day" : question.takes().toMinutes() + " minutes") + ", and was not asked for")
                    : others.isEmpty() ? observed(question, seen -> entry.asking().ask(waits, seen)) : unasked(question, others));
            threads.start("probe-" + question.name(), task);
            running.put(question, task);
        }
        running.values().forEach(task -> both.accept(result(task)));
    }

    private static Observation result(FutureTask<Observation> task) {
        try {
            return task.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException("a question has failed", e);
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
