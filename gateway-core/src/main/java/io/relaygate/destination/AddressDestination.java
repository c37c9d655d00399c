package io.relaygate.destination;

import io.relaygate.access.Admission;
import io.relaygate.access.OwnPorts;
import io.relaygate.access.Permit;
import io.relaygate.access.Share;
import io.relaygate.access.SharedUse;
import io.relaygate.net.Address;
import io.relaygate.net.DialAddress;
import io.relaygate.net.Link;
import io.relaygate.net.Names;
import io.relaygate.net.ProxyHeader;
import io.relaygate.net.SocketLink;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
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
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A place with one or more addresses, each of which is tried until one answers, and with hosts that clients may name. */
public final class AddressDestination implements Destination {

    private static final byte[] NO_HEADER = {};

    /** What a Unix socket has for an address. */
    private static final InetSocketAddress NOWHERE = new InetSocketAddress(0);

    private final String name;
    private final DestinationSettings settings;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Names names;
    private final OwnPorts own;
    private final Permit permit;
    private final SharedUse use;
    private final Pool pool;
    private final DestinationTls tls;
    private final DialerHost.@Nullable Opened via;
    private final Admission admission;
    private final Instances instances;

    /**
     * A destination as the configuration declares it.
     *
     * @param names looks up the hosts that clients name
     * @param use what sessions have used of its limits
     * @param pool keeps connections that are given back
     * @param via connects in place of this, or null
     * @param own the ports of this gateway: no session may reach the admin port, whatever names lead there
     * @param browser knows the ports of SQL Server's instances
     */
    public AddressDestination(
            String name,
            DestinationSettings settings,
            InstantSource clock,
            RandomGenerator random,
            Names names,
            OwnPorts own,
            SharedUse use,
            Pool pool,
            DialerHost.@Nullable Opened via,
            SqlBrowser browser) {
        this.name = name;
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.names = names;
        this.own = own;
        this.use = use;
        this.pool = pool;
        this.via = via;
        this.instances = new Instances(browser, clock);
        this.tls = new DestinationTls(name, settings.tls());
        this.permit = new Permit(name, settings.permit(), own);
        this.admission = Admission.of("destination " + name, "destinations." + name + ".allow", settings.allow(), settings.allow() == null, clock);
    }

    @Override
    public String words() {
        return "destination '" + name + "'";
    }

    @Override
    public Admission admission() {
        return admission;
    }

    @Override
    public Share begins() throws RefusedException {
        return use.begins(settings.limits(), name);
    }

    @Override
    public Dialed borrow(DialContext context) throws IOException {
        // A connection that was announced for one client is no other's.
        boolean announced = settings.proxyProtocol() != DestinationSettings.ProxyProtocol.NONE;
        return announced ? dial(context) : pool.borrow(context.caller(), () -> dial(context));
    }

    @Override
    public void end() {
        pool.close();
        if (via != null) {
            via.close();
        }
    }

    @Override
    public Dialed dial(DialContext context) throws IOException {
        settings.letUnnamed(name);
        List<String> failures = new ArrayList<>();
        for (DialAddress address : inOrder()) {
            Instant limit = earlier(clock.instant().plus(settings.connectTimeout()), context.deadline());
            try {
                return connect(address, context, limit);
            } catch (IOException e) {
                failures.add(address + " " + inWords(e));
            }
            if (!clock.instant().isBefore(context.deadline())) {
                break;
            }
        }
        throw new RefusedException(
                Reason.UNREACHABLE, words() + ": " + String.join("; ", failures));
    }

    @Override
    public Dialed dial(DialContext context, HostPort asked) throws IOException {
        HostPort host = permit.named(asked);
        Instant limit = earlier(clock.instant().plus(settings.connectTimeout()), context.deadline());
        List<String> failures = new ArrayList<>();
        try {
            return names.tryEach(host.host(), limit, (address, share) -> {
                permit.check(host, address);
                InetSocketAddress to = new InetSocketAddress(address, host.port());
                try {
                    Link link = tls.over(announced(reach(to, share), context.source(), to), host.host(), context.offered(), share);
                    return new Dialed(link, SocketLink.text(to), new Session.Peer(host, settings.tls() != null));
                } catch (IOException e) {
                    failures.add(SocketLink.text(to) + " " + inWords(e));
                    throw e;
                }
            });
        } catch (IOException e) {
            if (failures.isEmpty() && e instanceof RefusedException refused) {
                throw refused;
            }
            String why = failures.isEmpty() ? inWords(e) : String.join("; ", failures);
            throw new RefusedException(Reason.UNREACHABLE, words() + ", " + host + ": " + why, e);
        }
    }

    @Override
    public void permits(HostPort asked, InetAddress address) throws RefusedException {
        permit.check(permit.named(asked), address);
    }

    private List<DialAddress> inOrder() {
        List<DialAddress> order = new ArrayList<>(settings.addresses());
        if (settings.policy() == DestinationSettings.Policy.SPREAD) {
            Collections.rotate(order, random.nextInt(order.size()));
        }
        return order;
    }

    /** To an address that was permitted. */
    private Link reach(InetSocketAddress to, Instant limit) throws IOException {
        return via == null
                ? SocketLink.connect(to, limit)
                : via.dial(new HostPort(to.getAddress().getHostAddress(), to.getPort()), limit);
    }

    private Dialed connect(DialAddress address, DialContext context, Instant limit) throws IOException {
        String source = context.source();
        return switch (address) {
            case Address.Unix(Path path) when via != null ->
                new Dialed(announced(via.dial(new DialTarget.UnixSocket(path.toString()), limit), source, NOWHERE), address.toString(), null);
            case Address.Unix(Path path) ->
                new Dialed(announced(SocketLink.connect(UnixDomainSocketAddress.of(path), limit), source, NOWHERE), address.toString(), null);
            case Address.Tcp(HostPort target) when via != null ->
                to(target, tls.over(announced(via.dial(target, limit), source, NOWHERE), target.host(), context.offered(), limit));
            case Address.Tcp(HostPort target) ->
                Names.shared().connect(target, limit, each -> letThrough(new InetSocketAddress(each, target.port())), (link, to, share) ->
                        to(target, tls.over(announced(link, source, to), target.host(), context.offered(), share)));
            case DialAddress.Instance instance ->
                Names.shared().tryEach(instance.host(), limit, (each, share) -> instances.dial(each, instance, share, port -> {
                    try {
                        return connect(new HostPort(instance.host(), port), each, context, share);
                    } catch (IOException e) {
                        throw new RefusedException(Reason.UNREACHABLE, inWords(e) + ", at port " + port + " where SQL Browser says that it is", e);
                    }
                }));
        };
    }

    private Dialed connect(HostPort target, InetAddress address, DialContext context, Instant limit) throws IOException {
        InetSocketAddress to = new InetSocketAddress(address, target.port());
        letThrough(to);
        Link link = announced(SocketLink.connect(to, limit), context.source(), to);
        return to(target, tls.over(link, target.host(), context.offered(), limit));
    }

    private void letThrough(InetSocketAddress to) throws RefusedException {
        if (own.isAdmin(to)) {
            throw new RefusedException(Reason.NOT_ALLOWED, "is an address of this gateway that no session may reach");
        }
    }

    private Dialed to(HostPort target, Link link) {
        return new Dialed(link, target.toString(), new Session.Peer(target, settings.tls() != null));
    }

    /** Says for whom it connects, where the destination wants to know. */
    private Link announced(Link link, String source, InetSocketAddress to) throws IOException {
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
