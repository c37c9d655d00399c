package io.relaygate.destination;

import io.relaygate.access.Admission;
import io.relaygate.net.Address;
import io.relaygate.net.Names;
import io.relaygate.net.ProxyHeader;
import io.relaygate.net.SocketLink;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** A place with one or more addresses: each is tried until one answers. */
public final class AddressDestination implements Destination {

    private static final byte[] NO_HEADER = {};

    /** What a Unix socket has for an address. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    private final String name;
    private final DestinationSettings settings;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Predicate<InetSocketAddress> forbidden;
    private final Admission admission;

    /**
     * A destination as the configuration declares it.
     *
     * @param forbidden addresses that no session may reach, whatever names lead there
     */
    public AddressDestination(
            String name,
            DestinationSettings settings,
            InstantSource clock,
            RandomGenerator random,
            Predicate<InetSocketAddress> forbidden) {
        this.name = name;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.forbidden = forbidden;
        this.admission = Admission.of("destination " + name, settings.allow(), settings.allow() == null);
    }

    @Override
    public Admission admission() {
        return admission;
    }

    @Override
    public Dialed dial(DialContext context) throws IOException {
        List<String> failures = new ArrayList<>();
        for (Address address : inOrder()) {
            Instant limit = earlier(clock.instant().plus(settings.connectTimeout()), context.deadline());
            try {
                return new Dialed(connect(address, context.source(), limit), address.toString(), null, false);
            } catch (IOException e) {
                failures.add(address + " " + inWords(e));
            }
            if (!clock.instant().isBefore(context.deadline())) {
                break;
            }
        }
        throw new RefusedException(
                Reason.UNREACHABLE, "destination '" + name + "': " + String.join("; ", failures));
    }

    private List<Address> inOrder() {
        List<Address> order = new ArrayList<>(settings.addresses());
        if (settings.policy() == DestinationSettings.Policy.SPREAD) {
            Collections.rotate(order, random.nextInt(order.size()));
        }
        return order;
    }

    private SocketLink connect(Address address, String source, Instant limit) throws IOException {
        return switch (address) {
            case Address.Unix(Path path) ->
                announced(SocketLink.connect(UnixDomainSocketAddress.of(path), limit), source, NOWHERE);
            case Address.Tcp(HostPort(String host, int port)) -> Names.shared().tryEach(host, limit, (each, share) -> {
                InetSocketAddress to = new InetSocketAddress(each, port);
                if (forbidden.test(to)) {
                    throw new RefusedException(Reason.NOT_ALLOWED, "is an address of this gateway that no session may reach");
                }
                return announced(SocketLink.connect(to, share), source, to);
            });
        };
    }

    /** Says for whom it connects, where the destination wants to know. */
    private SocketLink announced(SocketLink link, String source, InetSocketAddress to) throws IOException {
        byte[] header =
                switch (settings.proxyProtocol()) {
                    case NONE -> NO_HEADER;
                    case V1 -> ProxyHeader.v1(SocketLink.address(source), to);
                    case V2 -> ProxyHeader.v2(SocketLink.address(source), to);
                };
        try {
            link.out().write(header);
            return link;
        } catch (IOException e) {
            link.abort();
            throw e;
        }
    }

    private String inWords(IOException e) {
        return switch (e) {
            case RefusedException r -> String.valueOf(r.getMessage());
            case SocketTimeoutException t -> "did not answer within " + settings.connectTimeout().toMillis() + " ms";
            case UnknownHostException u -> "has no address in DNS";
            case ConnectException c -> "refused the connection";
            default -> "failed: " + e.getMessage();
        };
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
