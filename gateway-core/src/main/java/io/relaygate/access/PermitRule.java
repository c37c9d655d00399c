package io.relaygate.access;

import io.relaygate.net.Network;
import io.relaygate.sdk.Setting;
import java.util.List;

/** Hosts that clients may name; everything that is said must be true. */
public record PermitRule(
        @Setting(value = "Names that clients may ask for: a host, `*.` and what names end with, or `*`. An address is no name. "
                        + "What a name leads to must be no special address, unless `networks` lists it too.",
                        min = "1", example = "[\"*.corp.contoso.com\"]")
                List<HostPattern> hosts,
        @Setting(value = "Networks in which the host must be. Loopback, link-local, metadata and other special addresses are "
                        + "permitted only by a network that has no others; ports of this gateway only by a single address.",
                        min = "1", example = "[10.1.0.0/16]")
                List<Network> networks,
        @Setting(value = "The ports, each a number or two with `-` between them.", required = true, example = "[1433, \"11000-11999\"]")
                List<PortRange> ports) {

    /** Whether it is for a name or address, in the form of {@link HostPattern#name}, before that is looked up. */
    boolean isFor(String name, int port) {
        boolean saysWhere = !hosts.isEmpty() || !networks.isEmpty();
        return saysWhere
                && ports.stream().anyMatch(range -> range.contains(port))
                && (hosts.isEmpty() || hosts.stream().anyMatch(pattern -> pattern.matches(name)));
    }
}
