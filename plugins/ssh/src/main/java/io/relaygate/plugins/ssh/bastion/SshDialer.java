package io.relaygate.plugins.ssh.bastion;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.Dialer;
import io.relaygate.sdk.DialerContext;
import io.relaygate.sdk.DialerHandle;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Reaches destinations over bastions. */
public final class SshDialer implements Dialer<SshDialerSettings> {

    @Override
    public String name() {
        return "ssh";
    }

    @Override
    public Class<SshDialerSettings> settings() {
        return SshDialerSettings.class;
    }

    @Override
    public DialerHandle open(SshDialerSettings settings, DialerContext context) {
        List<Bastion> chain = new ArrayList<>();
        BastionMetrics metrics = new BastionMetrics(context.metrics());
        for (BastionSettings each : settings.bastions()) {
            Bastion.Way way = chain.isEmpty() ? (hop, deadline) -> context.connect(hop, null, deadline) : after(chain.getLast());
            if (!chain.isEmpty()) {
                chain.getLast().requirePermits(each.address());
            }
            chain.add(new Bastion(each, way, context.threads(), metrics));
        }
        metrics.watch(List.copyOf(chain));
        return new Chain(chain);
    }

    /** A channel has no deadline of itself, and a bastion that is reached over one may be silent. */
    private static Bastion.Way after(Bastion before) {
        return (hop, deadline) -> {
            Connection connection = before.dial(hop, deadline);
            connection.deadline(deadline);
            return connection;
        };
    }

    /** Bastions in a row. */
    private record Chain(List<Bastion> bastions) implements DialerHandle {

        /** OpenSSH forwards to Unix sockets too. */
        @Override
        public void requireTakes(DialTarget target) {
            bastions.getLast().requirePermits(target);
        }

        @Override
        public Connection dial(DialTarget target, Instant deadline) throws IOException {
            return bastions.getLast().dial(target, deadline);
        }

        /** The last one first: its sessions are connections of the one before. */
        @Override
        public void close() {
            bastions.reversed().forEach(Bastion::close);
        }
    }
}
