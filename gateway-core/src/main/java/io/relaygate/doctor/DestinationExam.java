package io.relaygate.doctor;

import io.relaygate.destination.DestinationSettings;
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
import javax.net.ssl.SSLException;

/** Every address of a destination: connects, with TLS if the destination has it, and leaves without a word. */
final class DestinationExam {

    private final String name;
    private final DestinationSettings settings;
    private final Threads threads;

    DestinationExam(String name, DestinationSettings settings, Threads threads) {
        this.name = name;
        this.settings = settings;
        this.threads = threads;
    }

    List<Finding> look() {
        String what = "destinations." + name;
        if (settings.addresses().isEmpty()) {
            return List.of(Finding.skip(what, "has no address of its own: clients name the hosts"));
        }
        DestinationSettings.Via via = settings.via();
        if (via != null) {
            return List.of(Finding.skip(what, "is reached through the dialer " + via.dialer() + ", which only sessions use"));
        }
        List<Finding> each = new SideBySide(threads, Doctor.PATIENCE.multipliedBy(2)).run(settings.addresses().stream()
                .map(address -> new Exam(what + ", " + address, () -> List.of(look(what + ", " + address, address)))).toList());
        boolean reached = each.stream().anyMatch(one -> one.level() == Finding.Level.OK);
        List<Finding> found = new ArrayList<>();
        for (Finding one : each) {
            found.add(reached && one.level() == Finding.Level.FAIL ? Finding.warn(one.what(), one.found() + "; another address works", one.todo()) : one);
        }
        return found;
    }

    private Finding look(String what, DialAddress address) {
        Duration own = settings.connectTimeout();
        Instant limit = Instant.now().plus(own.compareTo(Doctor.PATIENCE) < 0 ? own : Doctor.PATIENCE);
        try {
            connect(address, limit).close();
            return Finding.ok(what, settings.tls() == null ? "connected" : "connected, with TLS");
        } catch (UnknownHostException e) {
            return Finding.fail(what, NamespaceExam.words(e), "correct the name, or ask this machine's DNS server for it");
        } catch (SSLException e) {
            return Finding.fail(what, "no TLS: " + TlsFailure.inWords(e), "compare `tls:` of the destination with the server's certificate");
        } catch (IOException e) {
            return Finding.fail(what, NamespaceExam.words(e), "see whether the server runs and listens there, and whether a firewall is between");
        }
    }

    private Link connect(DialAddress address, Instant limit) throws IOException {
        return switch (address) {
            case Address.Unix(Path path) -> SocketLink.connect(UnixDomainSocketAddress.of(path), limit);
            case Address.Tcp(HostPort target) -> connect(target, limit);
            case DialAddress.Instance instance -> connect(
                    new HostPort(instance.host(), Names.shared().tryEach(instance.host(), limit, (one, share) -> SqlBrowser.USUAL.ask(one, instance, share))),
                    limit);
        };
    }

    private Link connect(HostPort target, Instant limit) throws IOException {
        Trust trust = settings.tls();
        TlsClient tls = trust == null ? null : TlsClient.of(trust);
        return Names.shared().connect(target, limit, _ -> {}, (link, _, share) -> tls == null ? link : tls.connect(link, target.host(), List.of(), share));
    }
}
