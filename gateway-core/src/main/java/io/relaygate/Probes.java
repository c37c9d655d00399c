package io.relaygate;

import io.relaygate.admin.AdminSettings;
import io.relaygate.admin.HealthServer;
import io.relaygate.admin.Readiness;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The port for load balancer probes, if the configuration has one; it can change while the gateway runs. */
final class Probes implements AutoCloseable {

    private final Supplier<Readiness> readiness;
    private AdminSettings.@Nullable Health settings;
    private volatile @Nullable HealthServer server;

    Probes(Supplier<Readiness> readiness) {
        this.readiness = readiness;
    }

    /** A change that is prepared: whatever can fail has been done. */
    interface Change {

        /** Puts it in place of what there is. */
        void carryOut();

        /** Gives back what was bound. */
        void undo();
    }

    /**
     * Binds what a configuration asks for.
     *
     * @throws IOException if it cannot be bound; nothing has changed then
     */
    Change prepare(AdminSettings.@Nullable Health wanted) throws IOException {
        HealthServer old = server;
        boolean same = wanted == null ? old == null : wanted.equals(settings);
        HealthServer next = same ? old : wanted == null ? null : new HealthServer(wanted, readiness);
        return new Change() {
            @Override
            public void carryOut() {
                settings = wanted;
                server = next;
                closeUnless(next, old);
            }

            @Override
            public void undo() {
                closeUnless(old, next);
            }
        };
    }

    private static void closeUnless(@Nullable HealthServer stays, @Nullable HealthServer server) {
        if (server != null && server != stays) {
            server.close();
        }
    }

    /** Where it listens, or null. */
    @Nullable String address() {
        HealthServer now = server;
        return now == null ? null : now.address().toString();
    }

    @Override
    public void close() {
        closeUnless(null, server);
    }
}
