package io.relaygate.access;

import io.relaygate.net.Network;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Addresses that mean something else to each machine, or lead to more than a host (RFC 6890): whoever makes a gateway
 * connect to them gets at what trusts the gateway's machine. An IPv4 address that is written as an IPv6 one counts as what
 * it is, as it does in {@link InetAddress}.
 */
enum SpecialAddress {
    ANY_LOCAL("an address that stands for this machine", "0.0.0.0/8"),
    LOOPBACK("a loopback address", "127.0.0.0/8", "::1"),
    METADATA(
            "an address of the cloud's metadata",
            "169.254.169.254",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fd00:ec2::/32",
            "fd20:ce::254"),
    LINK_LOCAL("a link-local address", "169.254.0.0/16", "fe80::/10"),
    MULTICAST("a multicast, broadcast or reserved address", "224.0.0.0/3", "ff00::/8"),
    // What is behind them are IPv4 addresses, special ones too: RFC 4291 section 2.5.5.1, RFC 6052, RFC 8215, RFC 3056.
    EMBEDDING("an IPv6 address that stands for an IPv4 one", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16");

    private final String words;
    @SuppressWarnings("ImmutableEnumChecker") // Nobody changes a list that a stream made, nor a network.
    private final List<Network> networks;

    SpecialAddress(String words, String... networks) {
        this.words = words;
        this.networks = Arrays.stream(networks).map(Network::parse).toList();
    }

    /** What an address is, if it is special. */
    static Optional<SpecialAddress> of(InetAddress address) {
        return Arrays.stream(values()).filter(each -> each.contains(address)).findFirst();
    }

    private boolean contains(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /** Whether a network has such addresses alone: only so it lists them, and 0.0.0.0/0 does not. */
    boolean isListedBy(Network network) {
        return networks.stream()
                .anyMatch(each -> network.prefix() >= each.prefix() && each.contains(network.address()));
    }

    /** For people. */
    String words() {
        return words;
    }
}
