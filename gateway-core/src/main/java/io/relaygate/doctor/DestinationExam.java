package io.relaygate.doctor;

import io.relaygate.destination.DestinationSettings;
import io.relaygate.destination.DialerHost;
import io.relaygate.destination.SqlBrowser;
import io.relaygate.doctor.SideBySide.Exam;
import io.relaygate.net.Address;
import io.relaygate.net.DialAddress;
import io.relaygate.net.Link;
import io.relaygate.net.Names;
import io.relaygate.net.SocketLink;
import io.relaygate.net.Threads;
import io.relaygate.net.TlsClient;
import io.relaygate.net.TlsFailure;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.Trust;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Every address of a destination: connects as sessions do, with TLS if the destination has it, and leaves without a word. */
final class DestinationExam {

    private final String name;
    private final DestinationSettings settings;
    private final Supplier<DialerHost.@Nullable Opened> opensVia;
    private final Threads threads;

    /**
     * An exam of one.
     *
     * @param opensVia opens the dialer that the destination is reached by, if there is one; it is closed here
     */
    DestinationExam(String name, DestinationSettings settings, Supplier<DialerHost.@Nullable Opened> opensVia, Threads threads) {
        this.name = name;
        this.settings = settings;
        this.opensVia = opensVia;
        this.threads = threads;
    }

    List<Finding> look() {
        String what = "destinations." + name;
        if (settings.addresses().isEmpty()) {
            return List.of(Finding.skip(what, "has no address of its own: clients name the hosts"));
        }
        try (DialerHost.Opened via = opensVia.get()) {
            return look(what, via);
        }
    }

    private List<Finding> look(String what, DialerHost.@Nullable Opened via) {
        List<Finding> each = new SideBySide(threads, Doctor.PATIENCE.multipliedBy(2)).run(settings.addresses().stream()
                .map(address -> new Exam(what + ", " + address, () -> List.of(look(what + ", " + address, address, via)))).toList());
        boolean reached = each.stream().anyMatch(one -> one.level() == Finding.Level.OK);
        List<Finding> found = new ArrayList<>();
        for (Finding one : each) {
            found.add(reached && one.level() == Finding.Level.FAIL ? Finding.warn(one.what(), one.found() + "; another address works", one.todo()) : one);
        }
        return found;
    }

    private Finding look(String what, DialAddress address, DialerHost.@Nullable Opened via) {
        Duration own = settings.connectTimeout();
        Instant limit = Instant.now().plus(own.compareTo(Doctor.PATIENCE) < 0 ? own : Doctor.PATIENCE);
        try {
            connect(address, via, limit).close();
            return Finding.ok(what, "connected" + (via == null ? "" : " through the dialer " + dialer()) + (settings.tls() == null ? "" : ", with TLS"));
        } catch (UnknownHostException e) {
            return Finding.fail(what, NamespaceExam.words(e), "correct the name, or ask this machine's DNS server for it");
        } catch (SSLException e) {
            return Finding.fail(what, "no TLS: " + TlsFailure.inWords(e), "compare `tls:` of the destination with the server's certificate");
        } catch (IOException e) {
            if (via != null) {
                return Finding.fail(what, "through the dialer " + dialer() + ": " + NamespaceExam.words(e), "compare `via:` with what is on the way, and see whether"
                        + " the server runs and may be reached from there");
            }
            return Finding.fail(what, NamespaceExam.words(e), "see whether the server runs and listens there, and whether a firewall is between");
        }
    }

    private String dialer() {
        DestinationSettings.Via via = settings.via();
        return via == null ? "" : String.valueOf(via.dialer());
    }

    private Link connect(DialAddress address, DialerHost.@Nullable Opened via, Instant limit) throws IOException {
        return switch (address) {
            case Address.Unix(Path path) when via != null -> via.dial(new DialTarget.UnixSocket(path.toString()), limit);
            case Address.Tcp(HostPort target) when via != null -> secured(via.dial(target, limit), target.host(), limit);
            case Address.Unix(Path path) -> SocketLink.connect(UnixDomainSocketAddress.of(path), limit);
            case Address.Tcp(HostPort target) -> connect(target, limit);
            case DialAddress.Instance instance -> connect(
                    new HostPort(instance.host(), Names.shared().tryEach(instance.host(), limit, (one, share) -> SqlBrowser.USUAL.ask(one, instance, share))),
                    limit);
        };
    }

    private Link connect(HostPort target, Instant limit) throws IOException {
        return Names.shared().connect(target, limit, _ -> {}, (link, _, share) -> secured(link, target.host(), share));
    }

    private Link secured(Link plain, String host, Instant limit) throws IOException {
        Trust trust = settings.tls();
        if (trust == null) {
            return plain;
        }
        TlsClient tls;
        try {
            tls = TlsClient.of(trust);
        } catch (IOException e) {
            plain.abort();
            throw e;
        }
        return tls.connect(plain, host, List.of(), limit);
    }
}
