package io.relaygate;

import io.relaygate.config.Bound;
import io.relaygate.config.Origins;
import io.relaygate.config.Problems;
import io.relaygate.net.ClientTrust;
import io.relaygate.net.PemFiles;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

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
        TlsChecks checks = new TlsChecks(origins, problems);
        Held.in(settings).filter(origins::knows).forEach(checks::look);
    }

    private interface Reading {
        void read() throws IOException;
    }

    private void look(Record found) {
        switch (found) {
            case ServerCertificates.Certificate files -> {
                if (!origins.wrong(files, "certificate") && !origins.wrong(files, "key")) {
                    read(files, "certificate", () -> PemFiles.read(List.of(files)));
                }
            }
            case Trust trust -> {
                if (!trust.pin().isEmpty() && (trust.caFile() != null || trust.insecureSkipVerify())) {
                    problems.add(origins.of(trust, "pin"), origins.path(trust, "pin"),
                            "a certificate that is pinned is believed whoever has issued it; leave out `"
                                    + (trust.caFile() != null ? "caFile" : "insecureSkipVerify") + "`, or `pin`");
                }
                if (!origins.wrong(trust, "caFile")) {
                    Path caFile = trust.caFile();
                    if (caFile != null) {
                        read(trust, "caFile", () -> ClientTrust.read(caFile, null));
                    }
                }
            }
            default -> {
                // It names no file of TLS.
            }
        }
    }

    private void read(Record named, String component, Reading reading) {
        try {
            reading.read();
        } catch (IOException e) {
            problems.add(origins.of(named, component), origins.path(named, component), String.valueOf(e.getMessage()));
        }
    }
}
