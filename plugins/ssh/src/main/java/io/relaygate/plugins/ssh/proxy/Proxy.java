package io.relaygate.plugins.ssh.proxy;

import io.relaygate.plugins.ssh.client.Login;
import io.relaygate.plugins.ssh.proxy.ProxySettings.Target;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.Service;
import org.apache.sshd.common.ServiceFactory;
import org.apache.sshd.server.SshServer;
import org.jspecify.annotations.Nullable;

/** Serves the clients of a route in mode {@code proxy}. Any thread. */
public final class Proxy {

    static {
        // Here, and not in a class that MINA's are above: those come first, and take their own way.
        OwnBouncyCastle.use();
    }

    private static final Duration OFTEN = Duration.ofSeconds(1);

    private final ProxySettings settings;
    private final RouteContext context;
    private final Targets targets;
    private final HostKeyRing keys;
    private final ProxyMetrics metrics;
    private final @Nullable Recordings recordings;
    private final SshServer server;
    private final Set<Visit> visits = ConcurrentHashMap.newKeySet();

    /**
     * As the settings say.
     *
     * @throws IllegalArgumentException if they cannot work
     */
    public Proxy(ProxySettings settings, RouteContext context) {
        require(context.namesIdentityProviders(), "in mode `proxy` the gateway judges logins; name `identityProviders:` at the route");
        require(!settings.hostKeys().isEmpty(), "mode `proxy` needs `hostKeys`, by which clients know the gateway; `ssh-keygen -t ed25519` makes one");
        require(!settings.targets().isEmpty(), "mode `proxy` needs `targets`, which say where sessions go");
        for (Target target : settings.targets()) {
            require(target.user().captures().containsAll(target.to().names()),
                    "`to: " + target.to() + "` needs a `user` that captures what it has in braces");
            new Login(target.login().at(target.to().toString()));
        }
        this.settings = settings;
        this.context = context;
        this.targets = new Targets(settings.targets());
        this.keys = new HostKeyRing(settings.hostKeys());
        this.metrics = new ProxyMetrics(context.metrics());
        this.recordings = settings.recording() == null ? null : new Recordings(settings.recording(), context.clock());
        this.server = Offer.by(keys, new Begun(Authentication.NAME, Visit::authentication), new Begun(Channels.NAME, Visit::channels));
        context.every(OFTEN, () -> visits.forEach(Visit::look));
    }

    private static void require(boolean right, String what) {
        if (!right) {
            throw new IllegalArgumentException(what);
        }
    }

    /** Serves a client to its end. */
    public void serve(Session session) throws IOException {
        keys.refresh();
        ToTarget way = new ToTarget(context, settings.limits().keepAlive());
        Visit visit = new Visit(settings, targets, new Evidence(session, metrics, recordings, settings.auditSftp()), server, way, session, context.clock());
        visits.add(visit);
        try {
            visit.run();
        } finally {
            visits.remove(visit);
        }
    }

    private interface Make {
        Service by(Visit visit, SshSession session) throws IOException;
    }

    /** A service that MINA begins when a client asks for it. */
    private record Begun(String name, Make make) implements ServiceFactory {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public Service create(org.apache.sshd.common.session.Session session) throws IOException {
            return make.by(SshSession.visitOf(session), (SshSession) session);
        }
    }
}
