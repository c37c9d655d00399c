package io.relaygate;

import io.relaygate.config.Bound;
import io.relaygate.config.Origins;
import io.relaygate.config.Problems;
import io.relaygate.net.PemFiles;
import io.relaygate.net.TlsClient;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The certificates and authorities that a protocol's settings name, wherever in them, can be used. */
final class TlsChecks {

    private final Origins origins;
    private final Problems problems;

    private TlsChecks(Origins origins, Problems problems) {
        this.origins = origins;
        this.problems = problems;
    }

    static void of(Bound<?> settings, Problems problems) {
        of(settings.value(), settings.origins(), problems);
    }

    static void of(Record settings, Origins origins, Problems problems) {
        new TlsChecks(origins, problems).look(settings);
    }

    private interface Reading {
        void read() throws IOException;
    }

    private void look(@Nullable Object value) {
        switch (value) {
            case ServerCertificates.Certificate files when origins.knows(files) -> {
                if (!origins.wrong(files, "certificate") && !origins.wrong(files, "key")) {
                    read(files, "certificate", () -> PemFiles.read(List.of(files)));
                }
            }
            case Trust trust when origins.knows(trust) -> {
                if (!origins.wrong(trust, "caFile")) {
                    read(trust, "caFile", () -> TlsClient.of(trust));
                }
            }
            case Record record when origins.knows(record) -> {
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    look(held(record, component));
                }
            }
            case Collection<?> items -> items.forEach(this::look);
            case Map<?, ?> named -> named.values().forEach(this::look);
            case null, default -> {}
        }
    }

    private void read(Record named, String component, Reading reading) {
        try {
            reading.read();
        } catch (IOException e) {
            problems.add(origins.of(named, component), origins.path(named, component), String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Object held(Record record, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(component + " cannot be read", e);
        }
    }
}
