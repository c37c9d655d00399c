package io.relaygate.net;

import io.relaygate.net.OutboundProxy.Setting;
import io.relaygate.sdk.HostPort;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How hosts of the internet are reached from here: straight on, or through the outbound proxy. Two are equal if they lead the same
 * way. Any thread.
 *
 * @param proxy null for none
 * @param exceptions what is reached without it
 */
public record WayOut(@Nullable OutboundProxy proxy, List<NoProxy> exceptions) {

    private static final WayOut STRAIGHT = new WayOut(null, List.of());

    /** Keeps its own copy. */
    public WayOut {
        exceptions = List.copyOf(exceptions);
    }

    /** Goes on with a connection to a host. */
    @FunctionalInterface
    public interface Then<T> {
        /**
         * Succeeds by the deadline, or throws and has closed the link.
         *
         * @param proxied whether it goes through the proxy
         */
        T with(Link link, boolean proxied, Instant deadline) throws IOException;
    }

    /** Without a proxy. */
    public static WayOut straight() {
        return STRAIGHT;
    }

    /**
     * What a configuration says, or without that the environment: HTTPS_PROXY and NO_PROXY, in small letters first.
     *
     * @param settings null if the configuration says nothing
     * @throws IllegalArgumentException if what the environment says cannot be used; the message says what to do
     */
    public static WayOut of(@Nullable OutboundProxySettings settings, Map<String, String> environment) {
        if (settings == null) {
            return ProxyVariables.read(environment);
        }
        // What could not be read is null, and a problem of its own.
        if (settings.url() == null || settings.url().isDirect()) {
            return STRAIGHT;
        }
        return new WayOut(new OutboundProxy(settings.url(), login(settings, environment), settings.caFile(), Setting.CONFIGURATION), settings.noProxy());
    }

    private static @Nullable ProxyLogin login(OutboundProxySettings settings, Map<String, String> environment) {
        if (settings.negotiate()) {
            return NegotiateLogin.of(settings.principal(), settings.keytab(), environment);
        }
        return settings.username() == null || settings.password() == null ? null : new BasicLogin(settings.username(), settings.password());
    }

    /**
     * The proxy, and what says that it is used: a text for people.
     *
     * @return null if there is none
     */
    public @Nullable String words() {
        return proxy == null ? null : proxy.url() + (proxy.login() == null ? "" : " " + proxy.login().words()) + ", as " + proxy.setting().url + " says";
    }

    /**
     * Gets what the proxy would be shown, where that is a ticket, and shows it to nobody.
     *
     * @return whose ticket for what it is, for people; null where no ticket is wanted
     * @throws IOException if there is none by the deadline; the message says why, and behind a semicolon what to do
     */
    public @Nullable String rehearseLogin(Instant deadline) throws IOException {
        return proxy == null ? null : proxy.rehearse(deadline);
    }

    /** Where the proxy is; null for none. */
    public @Nullable HostPort proxyAddress() {
        return proxy == null ? null : proxy.url().host();
    }

    /** The authorities to trust on the way through the proxy beside others, PEM; null for none. */
    public @Nullable Path caFile() {
        return proxy == null ? null : proxy.caFile();
    }

    /** Whether a host is reached through the proxy. This machine and its link (169.254.0.0/16, where Azure's metadata is) never are. */
    public boolean isProxied(HostPort host) {
        return proxy != null && !isNear(host.host()) && exceptions.stream().noneMatch(each -> each.means(host.host(), host.port()));
    }

    private static boolean isNear(String host) {
        InetAddress address = NoProxy.literal(host);
        if (address != null) {
            return address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isAnyLocalAddress();
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.endsWith(".localhost");
    }

    /**
     * Connects.
     *
     * @param gate which addresses may be connected to; names that the proxy looks up have none that it could see
     * @throws ProxyException if the proxy is why there is no connection
     * @throws IOException what the last address answered, or {@code then}
     */
    public <T> T connect(HostPort host, Instant deadline, Names.Gate gate, Then<T> then) throws IOException {
        if (proxy == null || !isProxied(host)) {
            return Names.shared().connect(host, deadline, gate, (link, _, share) -> then.with(link, false, share));
        }
        InetAddress literal = NoProxy.literal(host.host());
        if (literal != null) {
            gate.check(literal);
        }
        return then.with(proxy.connect(host, deadline), true, deadline);
    }
}
