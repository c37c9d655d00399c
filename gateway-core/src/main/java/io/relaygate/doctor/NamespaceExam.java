package io.relaygate.doctor;

import io.relaygate.GatewayConfig;
import io.relaygate.azure.Identities;
import io.relaygate.doctor.SideBySide.Exam;
import io.relaygate.net.Names;
import io.relaygate.net.ProxyException;
import io.relaygate.net.SocketLink;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.relay.NamespaceSettings;
import io.relaygate.relay.RelayProbe;
import io.relaygate.tunnel.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The way to a namespace, its clock, and what it lets us do. */
final class NamespaceExam {

    /** The header has whole seconds and has travelled. */
    private static final Duration SAME = Duration.ofSeconds(5);

    /** So far off, Azure and the embedded relay still take tokens that others sign. */
    private static final Duration TOLERABLE = Duration.ofMinutes(5);

    private final String what;
    private final NamespaceSettings settings;
    private final List<Use> uses;
    private final RelayProbe probe;
    private final InstantSource clock;
    private final Threads threads;
    private final HybridConnectionExam connections;

    NamespaceExam(
            String name, NamespaceSettings settings, WayOut out, List<Use> uses, boolean listen, Identities identities, InstantSource clock, Threads threads) {
        this.what = "namespaces." + name;
        this.settings = settings;
        this.uses = uses;
        this.probe = new RelayProbe(settings, out, identities, clock);
        this.clock = clock;
        this.threads = threads;
        boolean both = uses.stream().anyMatch(Use::listens) && !uses.stream().allMatch(Use::listens);
        this.connections = new HybridConnectionExam(name, probe, listen, both);
    }

    /**
     * What a namespace is used for.
     *
     * @param what an entry point or a site, as the configuration names it
     * @param path of the hybrid connection
     * @param listens whether we listen there, or send
     */
    record Use(String what, String path, boolean listens, Mode mode) {

        /** All uses of a namespace, sites first. */
        static List<Use> of(GatewayConfig config, String namespace) {
            List<Use> uses = new ArrayList<>();
            config.sites().forEach((name, site) -> {
                if (site.namespaces().contains(namespace)) {
                    uses.add(new Use("sites." + name, Objects.requireNonNull(site.hybridConnection()), false, Objects.requireNonNull(site.mode())));
                }
            });
            config.settings().entryPoints().forEach((name, entryPoint) -> {
                if (entryPoint.namespaces().contains(namespace)) {
                    uses.add(new Use("entryPoints." + name, Objects.requireNonNull(entryPoint.hybridConnection()), true, entryPoint.mode()));
                }
            });
            return uses;
        }
    }

    List<Finding> look() {
        List<Finding> found = new ArrayList<>();
        if (!isReached(found)) {
            uses.forEach(use -> found.add(Finding.skip(connections.what(use), "not asked, since the namespace cannot be reached")));
            return found;
        }
        if (probe.isIdentity() && !isIdentified(found)) {
            uses.forEach(use -> found.add(Finding.skip(connections.what(use), "not asked, since there is no token to show")));
            return found;
        }
        // Alone, so that the others have the relay's time.
        List<Finding> asked = new ArrayList<>(connections.look(uses.getFirst()));
        List<Exam> others = uses.stream().skip(1).map(use -> new Exam(connections.what(use), () -> connections.look(use))).toList();
        asked.addAll(new SideBySide(threads, Doctor.PATIENCE.multipliedBy(2)).run(others));
        Duration ahead = probe.ahead();
        found.add(ahead == null ? Finding.skip(what + ", clock", "the relay did not tell the time") : clock(ahead));
        found.addAll(asked);
        return found;
    }

    private boolean isIdentified(List<Finding> found) {
        try {
            probe.identify(Instant.now().plus(Doctor.PATIENCE));
            found.add(Finding.ok(what + ", identity", "Microsoft Entra gives a token"));
            return true;
        } catch (IOException e) {
            found.add(Finding.fail(what + ", identity", words(e), "see `credential:`, and what Microsoft Entra knows of the identity"));
            return false;
        }
    }

    private boolean isReached(List<Finding> found) {
        if (probe.isProxied()) {
            Finding proxied = reachProxied();
            found.add(proxied);
            return proxied.level() != Finding.Level.FAIL;
        }
        String host = probe.host();
        InetAddress[] addresses;
        try {
            addresses = Names.shared().resolve(host, Instant.now().plus(Doctor.PATIENCE));
        } catch (IOException e) {
            found.add(Finding.fail(what + ", DNS", words(e), "compare the name with the namespace's in Azure, and ask this machine's DNS server for it"));
            return false;
        }
        found.add(Finding.ok(what + ", DNS", host + " is " + String.join(", ", Arrays.stream(addresses).map(SocketLink::text).toList())));
        List<Finding> each = new SideBySide(threads, Doctor.PATIENCE.multipliedBy(2))
                .run(Arrays.stream(addresses).map(address -> new Exam(what, () -> List.of(reach(address)))).toList());
        boolean reached = each.stream().anyMatch(one -> one.level() == Finding.Level.OK || one.level() == Finding.Level.WARN);
        for (Finding one : each) {
            // One of several addresses costs time and no session.
            found.add(reached && one.level() == Finding.Level.FAIL
                    ? Finding.warn(one.what(), one.found() + "; another address of the name works", one.todo())
                    : one);
        }
        return reached;
    }

    /** The proxy looks the name up, so this machine's DNS is not asked. */
    private Finding reachProxied() {
        String where = what + ", " + probe.host() + ":" + probe.port() + " through the proxy";
        try {
            RelayProbe.Handshake handshake = probe.reachProxied(Instant.now().plus(Doctor.PATIENCE));
            return CertificateFinding.of(where, probe.host(), what, true, settings.caFile() != null, handshake, clock.instant());
        } catch (ProxyException e) {
            return Finding.advised(where, words(e), "see the proxy's log");
        } catch (IOException e) {
            return Finding.fail(where, words(e), "see the proxy's log, and whether the relay runs there");
        }
    }

    private Finding reach(InetAddress address) {
        String where = what + ", " + SocketLink.text(new InetSocketAddress(address, probe.port()));
        RelayProbe.Handshake handshake;
        try {
            handshake = probe.reach(address, Instant.now().plus(Doctor.PATIENCE));
        } catch (IOException e) {
            return Finding.fail(where, words(e), "see whether the relay runs there, and whether a firewall lets this machine out to port " + probe.port());
        }
        return CertificateFinding.of(where, probe.host(), what, false, settings.caFile() != null, handshake, clock.instant());
    }

    /**
     * The clock.
     *
     * @param ahead how far the relay is ahead of us
     */
    private Finding clock(Duration ahead) {
        return clock(what + ", clock", ahead);
    }

    static Finding clock(String where, Duration ahead) {
        String apart = ahead.abs().compareTo(SAME) <= 0
                ? "this machine's clock is right within " + SAME.toSeconds() + " s"
                : "this machine's clock is " + ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "ahead of" : "behind") + " the relay's";
        String todo = "set the clock by NTP, as with `timedatectl set-ntp true`: our tokens follow the relay's time, but certificates, logins and hours are"
                + " judged by this clock; up to " + SAME.toSeconds() + " s is tolerable everywhere, up to " + TOLERABLE.toMinutes() + " minutes by relays";
        if (ahead.abs().compareTo(SAME) <= 0) {
            return Finding.ok(where, apart);
        }
        return ahead.abs().compareTo(TOLERABLE) <= 0 ? Finding.warn(where, apart, todo) : Finding.fail(where, apart, todo);
    }

    static String words(IOException e) {
        return String.valueOf(e.getMessage());
    }
}
