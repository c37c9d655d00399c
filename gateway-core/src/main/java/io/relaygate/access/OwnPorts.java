package io.relaygate.access;

import io.relaygate.sdk.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/** The ports of this gateway, whatever address of the machine leads to them. Any thread. */
public final class OwnPorts {

    private static final String ADMIN = "admin";

    private final Supplier<Map<String, String>> bound;

    /**
     * The ports that are bound.
     *
     * @param bound every bound address, {@code host:port}, by what is bound to it; what is none there is passed over
     */
    public OwnPorts(Supplier<Map<String, String>> bound) {
        this.bound = bound;
    }

    /** Whether an address is that of the admin port: whoever reaches it must not rule this process. */
    public boolean isAdmin(InetSocketAddress to) {
        return has(bound.get().getOrDefault(ADMIN, ""), to.getPort()) && isThisMachine(to.getAddress());
    }

    /** Whether an address is that of any of the ports. */
    public boolean isOne(InetSocketAddress to) {
        return bound.get().values().stream().anyMatch(addresses -> has(addresses, to.getPort())) && isThisMachine(to.getAddress());
    }

    private static boolean has(String addresses, int port) {
        return Arrays.stream(addresses.split(", ", -1)).anyMatch(address -> {
            try {
                return HostPort.parse(address).port() == port;
            } catch (IllegalArgumentException e) {
                return false;
            }
        });
    }

    private static boolean isThisMachine(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return true;
        }
    }
}
