package io.relaygate.access;

import io.relaygate.net.GatewayKey;
import io.relaygate.net.Pin;
import io.relaygate.net.Seal;
import io.relaygate.net.SocketLink;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * As whom this gateway is known at the other side of relays, which edges it knows, and what it believes of what they say. A
 * reload replaces it all at once. Any thread.
 */
public final class Trust {

    private final SharedUse.All uses = new SharedUse.All();
    private volatile Known known = new Known(null, Map.of());

    /** What one configuration says. */
    private record Known(@Nullable Watched<GatewayKey> own, Map<String, SenderSettings> senders) {}

    /**
     * What is believed of a client that a sender has told of.
     *
     * @param caller who calls; anonymous if nothing is believed of that
     * @param address the client's address, or null if nothing is believed of that
     */
    public record Believed(Caller caller, @Nullable InetAddress address) {}

    /** One that knows some edges, and is known by nobody itself. */
    public static Trust in(Map<String, SenderSettings> senders) {
        Trust trust = new Trust();
        trust.known = new Known(null, Map.copyOf(senders));
        return trust;
    }

    /**
     * Reads what a configuration says.
     *
     * @param key the file of this gateway's key, or null if it needs none
     * @return puts it in place of what there is
     * @throws IOException if the key cannot be read
     */
    public Runnable prepare(@Nullable Path key, Map<String, SenderSettings> senders) throws IOException {
        Watched<GatewayKey> own = key == null ? null : new Watched<>(List.of(key), () -> GatewayKey.read(key));
        Known next = new Known(own, Map.copyOf(senders));
        return () -> known = next;
    }

    /** A way to seal carriers to a site, whose gateways have these keys. */
    public Seal toSite(Supplier<Set<Pin>> pins) {
        return new Seal(this::own, pins);
    }

    /** A way to seal the carriers of the edges that are known. */
    public Seal fromSenders() {
        return new Seal(this::own, () -> known.senders().values().stream()
                .flatMap(sender -> sender.pins().stream())
                .collect(Collectors.toSet()));
    }

    private GatewayKey own() {
        Watched<GatewayKey> own = known.own();
        if (own == null) {
            throw new IllegalStateException("a configuration with pins names a key");
        }
        return own.now();
    }

    /** Whether a key is this gateway's. */
    public boolean isOwn(Pin pin) {
        return known.own() != null && own().pin().equals(pin);
    }

    /** Whether any edge is known: then carriers must be sealed by one. */
    public boolean knowsSenders() {
        return !known.senders().isEmpty();
    }

    /** Which edge has a key; null if none. */
    public @Nullable String senderOf(Pin pin) {
        return known.senders().entrySet().stream()
                .filter(each -> each.getValue().pins().contains(pin))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    /**
     * Takes from what an edge says of a client what it may say.
     *
     * @param sender the edge
     * @param told who calls
     * @param source where from, as text
     * @throws RefusedException NOT_ALLOWED if it names a caller or an address that is not among those that it may name, or is
     *     not known any more
     */
    public Believed believe(String sender, Caller told, String source) throws RefusedException {
        SenderSettings settings = known.senders().get(sender);
        if (settings == null) {
            throw new RefusedException(Reason.NOT_ALLOWED, "sender " + sender + " is not known any more");
        }
        SenderSettings.MayAssert may = settings.mayAssert();
        return may == null ? new Believed(Caller.ANONYMOUS, null) : new Believed(caller(sender, may, told), address(sender, may, source));
    }

    /**
     * A session comes from an edge.
     *
     * @throws RefusedException BUSY if a limit of the edge is reached
     */
    public Share begins(String sender) throws RefusedException {
        SenderSettings settings = known.senders().get(sender);
        return settings == null ? Share.NONE : uses.of(sender).beginsFrom(settings.limits(), sender);
    }

    private static Caller caller(String sender, SenderSettings.MayAssert may, Caller told) throws RefusedException {
        if (may.callers().isEmpty() || told.isAnonymous()) {
            return Caller.ANONYMOUS;
        }
        if (may.callers().stream().noneMatch(pattern -> pattern.fits(told.name()))) {
            throw new RefusedException(Reason.NOT_ALLOWED, "sender " + sender + " may not assert caller '" + told.name()
                    + "': senders." + sender + ".mayAssert.callers");
        }
        Set<String> groups = new HashSet<>(told.groups());
        groups.retainAll(may.groups());
        return new Caller(told.name(), told.proof(), groups);
    }

    private static @Nullable InetAddress addressOf(String source) {
        InetSocketAddress address = SocketLink.address(source);
        return address == null ? null : address.getAddress();
    }

    private static @Nullable InetAddress address(String sender, SenderSettings.MayAssert may, String source) throws RefusedException {
        InetAddress address = may.networks().isEmpty() ? null : addressOf(source);
        if (address != null && may.networks().stream().noneMatch(network -> network.contains(address))) {
            throw new RefusedException(Reason.NOT_ALLOWED, "sender " + sender + " may not assert address "
                    + SocketLink.text(address) + ": senders." + sender + ".mayAssert.networks");
        }
        return address;
    }
}
