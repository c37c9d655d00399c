package io.relaygate;

import io.relaygate.config.Block;
import io.relaygate.config.Bound;
import io.relaygate.config.Nearest;
import io.relaygate.config.PrivateFiles;
import io.relaygate.config.Problems;
import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.DestinationSettings.Via;
import io.relaygate.destination.DialerHost;
import io.relaygate.net.Address;
import io.relaygate.net.DialAddress;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.HostPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every dialer that a destination names is there, and can work as the destination says. */
final class ViaChecks {

    private final Draft draft;
    private final Map<String, Dialer<?>> dialers;

    ViaChecks(Draft draft, Map<String, Dialer<?>> dialers) {
        this.draft = draft;
        this.dialers = dialers;
    }

    /** The dialers of destinations, by the names of these. */
    Map<String, BoundVia<?>> run() {
        Map<String, BoundVia<?>> all = new HashMap<>();
        draft.settings().destinations().forEach((name, destination) -> {
            BoundVia<?> bound = destination.via() == null ? null : bound(name, destination, destination.via());
            if (bound != null) {
                all.put(name, bound);
            }
        });
        return all;
    }

    private @Nullable BoundVia<?> bound(String name, DestinationSettings destination, Via via) {
        if (destination.addresses().stream().anyMatch(DialAddress.Instance.class::isInstance)) {
            draft.wrong(destination, "via", "needs an address with a port for each instance of SQL Server: SQL Browser is asked over UDP, which no dialer carries");
        }
        if (via.dialer() == null) {
            return null;
        }
        Dialer<?> dialer = dialers.get(via.dialer());
        if (dialer == null) {
            draft.wrong(via, "dialer", "no plugin brings the dialer " + Problems.quote(via.dialer())
                    + Nearest.hint(via.dialer(), dialers.keySet()));
            return null;
        }
        return bind(name, destination, via, dialer);
    }

    private static List<DialTarget> targets(DestinationSettings destination) {
        List<DialTarget> targets = new ArrayList<>();
        for (DialAddress address : destination.addresses()) {
            switch (address) {
                case Address.Tcp(HostPort target) -> targets.add(target);
                case Address.Unix(Path path) -> targets.add(new DialTarget.UnixSocket(path.toString()));
                case DialAddress.Instance _ -> {
                    // No dialer is asked for one.
                }
            }
        }
        return targets;
    }

    private <S extends Record> @Nullable BoundVia<S> bind(String name, DestinationSettings destination, Via via, Dialer<S> dialer) {
        if (via.with() == null && draft.gives(via, "with")) {
            return null;
        }
        int before = draft.problems().count();
        Block block = via.with() == null
                ? Block.none(draft.origins().of(via), draft.origins().path(via, "with"))
                : via.with();
        try {
            Bound<S> with = block.bind(dialer.settings(), draft.problems());
            if (with == null) {
                return null;
            }
            TlsChecks.of(with, draft.problems());
            if (draft.refusesInsecureFiles()) {
                PrivateFiles.check(with.value(), with.origins(), draft.problems());
            }
            BoundVia<S> bound = new BoundVia<>(name, dialer, with.value());
            if (draft.problems().count() == before) {
                try (Threads none = new Threads(0);
                        DialerHost.Opened opened = bound.open(new Metrics(), none)) {
                    targets(destination).forEach(opened::requireTakes);
                }
            }
            return bound;
        } catch (IllegalArgumentException e) {
            draft.wrong(via, String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            draft.wrong(via, "dialer", "the plugin of dialer " + dialer.name() + " fails: " + e);
        }
        return null;
    }
}
