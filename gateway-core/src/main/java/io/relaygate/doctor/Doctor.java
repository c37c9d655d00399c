package io.relaygate.doctor;

import io.relaygate.GatewayConfig;
import io.relaygate.KeyRights;
import io.relaygate.azure.Identities;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.doctor.NamespaceExam.Use;
import io.relaygate.doctor.SideBySide.Exam;
import io.relaygate.net.OpenFiles;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.relay.NamespaceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks at everything that a gateway with this configuration would need where it stands. */
public final class Doctor {

    /** What one connection, look-up or question may take. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What all of it may take: a namespace is looked up, reached, asked once, and then asked all the rest. */
    private static final Duration LIMIT = PATIENCE.multipliedBy(6);

    private final InstantSource clock;
    private final boolean listens;
    private final Threads threads;

    /**
     * A doctor.
     *
     * @param clock the machine's, to compare with the relays'
     * @param listens whether it may listen for a moment, to see whether a key lets it
     */
    public Doctor(InstantSource clock, boolean listens, Threads threads) {
        this.clock = clock;
        this.listens = listens;
        this.threads = threads;
    }

    /** Looks at the machine alone, where there is no configuration that could be used. */
    public List<Finding> machine(Path stateDir) {
        return run(List.of(
                new Exam("stateDir", () -> FileExam.stateDir(stateDir)),
                new Exam("open files", () -> List.of(ProcessExam.descriptors(OpenFiles.limit(), 0)))));
    }

    /** Looks at everything. */
    public List<Finding> examine(GatewayConfig config) {
        List<Exam> exams = new ArrayList<>();
        exams.add(new Exam("files", () -> FileExam.rights(config)));
        exams.add(new Exam("stateDir", () -> FileExam.stateDir(config.stateDir())));
        exams.add(new Exam("audit", () -> FileExam.audit(config.settings().audit())));
        exams.add(new Exam("open files", () -> List.of(ProcessExam.descriptors(OpenFiles.limit(), ProcessExam.needed(config)))));
        exams.add(new Exam("keys", () -> KeyRights.warnings(config).stream()
                .map(each -> Finding.warn(each.what(), each.found(), each.todo())).toList()));
        exams.add(new Exam("outboundProxy", () -> ProxyExam.look(config.wayOut())));
        Identities identities = new Identities(System.getenv(), config.stateDir());
        for (Map.Entry<String, NamespaceSettings> each : config.settings().namespaces().entrySet()) {
            String name = each.getKey();
            exams.add(new Exam("namespaces." + name,
                    new NamespaceExam(name, each.getValue(), config.wayOut(), Use.of(config, name), listens, identities, clock, threads)::look));
        }
        List<Use> embedded = Use.of(config, "embedded");
        if (!embedded.isEmpty()) {
            exams.add(new Exam("namespaces.embedded", () -> List.of(Finding.skip("namespaces.embedded",
                    "is in the gateway's own process; once that runs, `relaygate status` says who listens"))));
        }
        for (Map.Entry<String, DestinationSettings> each : config.settings().destinations().entrySet()) {
            exams.add(new Exam("destinations." + each.getKey(), new DestinationExam(
                    each.getKey(), each.getValue(), () -> config.openVia(each.getKey(), new Metrics(), threads), threads)::look));
        }
        return run(exams);
    }

    private List<Finding> run(List<Exam> exams) {
        return new SideBySide(threads, LIMIT).run(exams);
    }
}
