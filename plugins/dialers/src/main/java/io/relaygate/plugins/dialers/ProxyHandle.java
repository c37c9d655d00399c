package io.relaygate.plugins.dialers;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.DialerContext;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Connects to a proxy and has it connect to the target. */
final class ProxyHandle implements DialerHandle {

    private final DialerContext context;
    private final HostPort proxy;
    private final @Nullable Trust tls;
    private final Asking asking;

    /** Talks to the proxy until it has connected. */
    @FunctionalInterface
    interface Asking {
        /**
         * Talks.
         *
         * @throws IOException if the proxy refuses; the message is for the operator
         */
        void ask(Connection proxy, HostPort target) throws IOException;
    }

    ProxyHandle(DialerContext context, HostPort proxy, @Nullable Trust tls, Asking asking) {
        this.context = context;
        this.proxy = proxy;
        this.tls = tls;
        this.asking = asking;
    }

    @Override
    public Connection dial(DialTarget target, Instant deadline) throws IOException {
        return switch (target) {
            case HostPort host -> dial(host, deadline);
            case DialTarget.UnixSocket socket -> throw new IllegalArgumentException(socket + " was not let pass");
        };
    }

    private Connection dial(HostPort target, Instant deadline) throws IOException {
        Connection connection = context.connect(proxy, tls, deadline);
        try {
            asking.ask(connection, target);
            return connection;
        } catch (IOException e) {
            connection.close();
            throw new RefusedException(Reason.UNREACHABLE, "through proxy " + proxy + ": " + e.getMessage(), e);
        }
    }
}
